#include "client/posternctl/verify_command.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/certificate.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/handshake_text.h"
#include "client/posternctl/input_file.h"
#include "client/posternctl/report.pb.h"
#include "client/posternctl/tlsa_argument.h"
#include "postern/v1/handshake.pb.h"

namespace postern::posternctl {
namespace {

// The last second of the year 9999, where protobuf's time ends.
constexpr int64_t kLastEpoch = 253402300799;

class VerifyCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = app.add_subcommand(
        "verify",
        "Is this certificate chain good? With --tlsa: by DANE for SMTP, without PKIX. Without:\n"
        "by PKIX, with the trust anchors given, or the server's.\n"
        "Exit status: 0 deliver over such a connection, 1 go to the next host.");
    command->add_option("--chain", chain_, "PEM file: what the server sends, its own first")
        ->type_name("PEM")
        ->required();
    command
        ->add_option("--tlsa", tlsa_,
                     "A TLSA record of the host, as zone files have it; may be given again")
        ->type_name("\"U S M HEX\"")
        ->allow_extra_args(false);
    command
        ->add_option("--reference", references_,
                     "The names of which the certificate has to present one; usage 3 looks at none")
        ->type_name("NAME")
        ->required();
    command->add_option("--trust-anchors", trust_anchors_, "PEM file: the trust anchors of PKIX")
        ->type_name("PEM");
    command->add_option("--staple", staple_, "The OCSP response that the server stapled, DER")
        ->type_name("FILE");
    command->add_option("--at-time", at_time_, "The time of verification, in seconds since 1970")
        ->type_name("EPOCH")
        ->check(CLI::Range(int64_t{0}, kLastEpoch).description(""));
    command->add_option("--digests", digests_, "The digests to use, strongest first")
        ->type_name("sha512,sha256");
    command->add_flag("--status-request", status_request_,
                      "The client asked for a staple; given with --staple");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    v1::VerifyHandshakeRequest request;
    request.set_tls(v1::VerifyHandshakeRequest::ESTABLISHED);
    request.set_include_details(true);
    const absl::Status policy = SetPolicy(request);
    if (!policy.ok()) return Fail(kExitUsage, policy.message(), terminal);
    const absl::Status files = SetFiles(request);
    if (!files.ok()) return FailInput(files, terminal);
    request.set_status_requested(status_request_ || !staple_.empty());
    request.set_digest_order(digests_);
    if (at_time_.has_value()) request.mutable_verify_time()->set_seconds(*at_time_);

    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    absl::StatusOr<HandshakeAnswer> answer = client->VerifyHandshake(request);
    if (!answer.ok()) return ReportCall(answer.status(), globals, terminal);
    const v1::HandshakeVerdict& handshake = answer->handshake;
    if (globals.json) return PrintVerification(handshake, terminal);
    const absl::Time now = at_time_.has_value() ? absl::FromUnixSeconds(*at_time_) : absl::Now();
    terminal.out << HandshakeText(references_.front(), handshake, {now, terminal.colour});
    return ExitStatusOf(handshake);
  }

 private:
  static int PrintVerification(const v1::HandshakeVerdict& handshake, Terminal& terminal) {
    Verification verification;
    verification.ParseFromString(handshake.SerializeAsString());  // the same fields
    if (handshake.revocation().has_staple()) {
      *verification.mutable_staple() = handshake.revocation().staple();
    }
    return PrintJson(verification, ExitStatusOf(handshake), terminal);
  }

  // The policy is made as the server would answer it for such a host.
  absl::Status SetPolicy(v1::VerifyHandshakeRequest& request) const {
    v1::HostPolicy& policy = *request.mutable_policy();
    policy.set_host(references_.front());
    policy.set_mode(v1::Dane::OPPORTUNISTIC);
    if (tlsa_.empty()) {
      policy.set_verdict(v1::HostPolicy::OPPORTUNISTIC);
      policy.set_reason(v1::HostPolicy::NO_TLSA);
      request.set_require_pkix(true);
      for (const std::string& name : references_) request.add_reference_identifiers(name);
      return absl::OkStatus();
    }
    policy.set_verdict(v1::HostPolicy::DANE);
    policy.set_reason(v1::HostPolicy::TLSA_USABLE);
    policy.set_tlsa_base_domain(references_.front());
    for (const std::string& name : references_) policy.add_reference_identifiers(name);
    for (size_t i = 0; i < tlsa_.size(); ++i) {
      absl::StatusOr<v1::TlsaRecord> record = ParseTlsa(tlsa_[i]);
      if (!record.ok()) {
        const std::string which = tlsa_.size() == 1 ? "" : absl::StrCat(" ", i + 1);
        return absl::InvalidArgumentError(
            absl::StrCat("--tlsa", which, ": ", record.status().message()));
      }
      *policy.add_tlsa_records() = *std::move(record);
    }
    return absl::OkStatus();
  }

  absl::Status SetFiles(v1::VerifyHandshakeRequest& request) const {
    const auto chain = ReadCertificates("--chain", chain_);
    if (!chain.ok()) return chain.status();
    for (const Certificate& certificate : *chain) request.add_certificates(certificate.der);
    if (!trust_anchors_.empty()) {
      const auto anchors = ReadCertificates("--trust-anchors", trust_anchors_);
      if (!anchors.ok()) return anchors.status();
      for (const Certificate& anchor : *anchors) request.add_trust_anchors(anchor.der);
    }
    if (!staple_.empty()) {
      absl::StatusOr<std::string> staple = ReadInputFile("--staple", staple_, kMaxStaple);
      if (!staple.ok()) return staple.status();
      request.set_staple(*std::move(staple));
    }
    return absl::OkStatus();
  }

  std::string chain_;
  std::vector<std::string> tlsa_;
  std::vector<std::string> references_;
  std::string trust_anchors_;
  std::string staple_;
  std::optional<int64_t> at_time_;
  std::string digests_;
  bool status_request_ = false;
};

}  // namespace

std::unique_ptr<Command> NewVerifyCommand() { return std::make_unique<VerifyCommand>(); }

}  // namespace postern::posternctl
