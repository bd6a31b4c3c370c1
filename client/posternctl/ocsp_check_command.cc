#include "client/posternctl/ocsp_check_command.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/certificate_pair_options.h"
#include "client/posternctl/command_group.h"
#include "client/posternctl/der_file.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/input_file.h"
#include "client/posternctl/revocation_status.h"
#include "client/posternctl/revocation_text.h"
#include "client/posternctl/verify_time_option.h"
#include "postern/v1/revocation.pb.h"

namespace postern::posternctl {
namespace {

class OcspCheckCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command =
        CommandGroup(app, "ocsp", "OCSP responses.")
            .add_subcommand("check",
                            "What is this OCSP response worth for a certificate?\n"
                            "Exit status: 0 good, 1 revoked, unknown or not valid, 75 the "
                            "responder says to ask later.");
    command->add_option("--response", response_, "The OCSP response, DER")
        ->type_name("FILE")
        ->required();
    pair_.AddTo(*command);
    verify_time_.AddTo(*command);
    command
        ->add_option("--responder-cert", responders_,
                     "A responder that you trust for this issuer, PEM or DER; may be given again")
        ->type_name("FILE")
        ->allow_extra_args(false);
    command->add_flag("--allow-sha1", allow_sha1_, "Take signatures made with SHA-1");
    command->add_option("--max-age", max_age_, "How old the statement may be; else 10 days")
        ->type_name("DURATION");
    command->add_flag("--allow-missing-next-update", allow_missing_next_update_,
                      "Take a response that does not say when it ends");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    v1::CheckStapleRequest request;
    request.set_allow_sha1(allow_sha1_);
    request.set_allow_missing_next_update(allow_missing_next_update_);
    verify_time_.SetIn(request);
    if (!max_age_.empty()) {
      absl::Duration age;
      if (!absl::ParseDuration(max_age_, &age) || age < absl::Seconds(1) ||
          age > absl::Seconds(31'622'400)) {
        return Fail(kExitUsage, "--max-age: write a duration of 1s to 8784h", terminal);
      }
      request.set_max_age_seconds(static_cast<uint32_t>(absl::ToInt64Seconds(age)));
    }
    if (absl::Status files = SetFiles(request); !files.ok()) return FailInput(files, terminal);
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    const absl::StatusOr<v1::CheckStapleResponse> response = client->CheckStaple(request);
    if (!response.ok()) return ReportCall(response.status(), globals, terminal);
    const v1::StapleVerdict& verdict = response->verdict();
    if (globals.json) return PrintJson(verdict, ExitStatusOf(verdict), terminal);
    terminal.out << RevocationText(verdict, {verify_time_.Now(), terminal.colour});
    return ExitStatusOf(verdict);
  }

 private:
  absl::Status SetFiles(v1::CheckStapleRequest& request) const {
    // A byte more than a response may have is enough to be told so.
    absl::StatusOr<std::string> bytes = ReadInputFileUpTo("--response", response_, kMaxStaple + 1);
    if (!bytes.ok()) return bytes.status();
    request.set_staple(*std::move(bytes));
    if (absl::Status pair = pair_.SetIn(request); !pair.ok()) return pair;
    for (const std::string& path : responders_) {
      bytes = ReadCertificateDer("--responder-cert", path);
      if (!bytes.ok()) return bytes.status();
      request.add_responder_certificates(*std::move(bytes));
    }
    return absl::OkStatus();
  }

  std::string response_;
  CertificatePairOptions pair_;
  VerifyTimeOption verify_time_;
  std::vector<std::string> responders_;
  bool allow_sha1_ = false;
  std::string max_age_;
  bool allow_missing_next_update_ = false;
};

}  // namespace

std::unique_ptr<Command> NewOcspCheckCommand() { return std::make_unique<OcspCheckCommand>(); }

}  // namespace postern::posternctl
