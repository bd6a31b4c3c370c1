#include "client/posternctl/ocsp_fetch_command.h"

#include <fstream>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/certificate_pair_options.h"
#include "client/posternctl/command_group.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/report.pb.h"
#include "client/posternctl/revocation_status.h"
#include "client/posternctl/revocation_text.h"
#include "postern/v1/revocation.pb.h"

namespace postern::posternctl {
namespace {

// The fields of a verdict stand beside those of the fetch.
FetchedStaple ReportOf(const v1::FetchStapleResponse& fetched) {
  FetchedStaple report;
  report.ParseFromString(fetched.verdict().SerializeAsString());
  report.set_url(fetched.url());
  report.set_http_status(fetched.http_status());
  report.set_error(fetched.error());
  return report;
}

class OcspFetchCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command =
        CommandGroup(app, "ocsp", "OCSP responses.")
            .add_subcommand("fetch",
                            "What does the OCSP responder say of a certificate? The server asks.\n"
                            "Exit status: 0 good, 1 revoked, unknown or not valid, or no responder "
                            "is named; 75 no answer of the responder, or it says to ask later.");
    pair_.AddTo(*command);
    command->add_option("--url", url_, "The responder; else those that the certificate names")
        ->type_name("URL");
    command->add_option("--out", out_, "Write the response there, DER, whatever it is worth")
        ->type_name("FILE");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    v1::FetchStapleRequest request;
    request.set_url(url_);
    if (absl::Status pair = pair_.SetIn(request); !pair.ok()) return FailInput(pair, terminal);
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    const absl::StatusOr<v1::FetchStapleResponse> fetched = client->FetchStaple(request);
    if (!fetched.ok()) return ReportCall(fetched.status(), globals, terminal);
    if (!out_.empty() && !fetched->staple().empty()) {
      std::ofstream file(out_, std::ios::binary | std::ios::trunc);
      file << fetched->staple();
      if (!file.flush()) {
        return Fail(kExitInputFile, absl::StrCat("--out: ", out_, " cannot be written"), terminal);
      }
    }
    if (globals.json) return PrintJson(ReportOf(*fetched), ExitStatusOf(*fetched), terminal);
    terminal.out << RevocationText(*fetched, {absl::Now(), terminal.colour});
    return ExitStatusOf(*fetched);
  }

 private:
  CertificatePairOptions pair_;
  std::string url_;
  std::string out_;
};

}  // namespace

std::unique_ptr<Command> NewOcspFetchCommand() { return std::make_unique<OcspFetchCommand>(); }

}  // namespace postern::posternctl
