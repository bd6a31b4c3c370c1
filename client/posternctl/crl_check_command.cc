#include "client/posternctl/crl_check_command.h"

#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/certificate_pair_options.h"
#include "client/posternctl/command_group.h"
#include "client/posternctl/der_file.h"
#include "client/posternctl/error.h"
#include "client/posternctl/revocation_status.h"
#include "client/posternctl/revocation_text.h"
#include "client/posternctl/verify_time_option.h"
#include "postern/v1/revocation.pb.h"

namespace postern::posternctl {
namespace {

class CrlCheckCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command =
        CommandGroup(app, "crl", "Certificate revocation lists.")
            .add_subcommand("check",
                            "What does this CRL say of a certificate?\n"
                            "Exit status: 0 good, 1 revoked, or the CRL says nothing of it.");
    command->add_option("--crl", crl_, "The CRL, PEM or DER")->type_name("FILE")->required();
    pair_.AddTo(*command);
    command
        ->add_option("--url", url_,
                     "Where the CRL was found: for a certificate that does not say where its is")
        ->type_name("URL");
    verify_time_.AddTo(*command);
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    v1::CheckCrlRequest request;
    request.set_url(url_);
    verify_time_.SetIn(request);
    if (absl::Status files = SetFiles(request); !files.ok()) return FailInput(files, terminal);
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    const absl::StatusOr<v1::CheckCrlResponse> response = client->CheckCrl(request);
    if (!response.ok()) return ReportCall(response.status(), globals, terminal);
    const v1::CrlVerdict& verdict = response->verdict();
    if (globals.json) return PrintJson(verdict, ExitStatusOf(verdict), terminal);
    terminal.out << RevocationText(verdict, {verify_time_.Now(), terminal.colour});
    return ExitStatusOf(verdict);
  }

 private:
  absl::Status SetFiles(v1::CheckCrlRequest& request) const {
    absl::StatusOr<std::string> der = ReadCrlDer("--crl", crl_);
    if (!der.ok()) return der.status();
    request.set_crl(*std::move(der));
    return pair_.SetIn(request);
  }

  std::string crl_;
  CertificatePairOptions pair_;
  std::string url_;
  VerifyTimeOption verify_time_;
};

}  // namespace

std::unique_ptr<Command> NewCrlCheckCommand() { return std::make_unique<CrlCheckCommand>(); }

}  // namespace postern::posternctl
