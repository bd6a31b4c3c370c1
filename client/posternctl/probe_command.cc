#include "client/posternctl/probe_command.h"

#include <openssl/ssl.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/examples/smtp_worker/smtp_session.h"
#include "client/posternctl/call.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/probe_address.h"
#include "client/posternctl/probe_target.h"
#include "client/posternctl/probe_text.h"
#include "client/posternctl/proto_time.h"
#include "client/posternctl/report.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {
namespace {

constexpr uint16_t kSmtp = 25;
constexpr uint16_t kSubmissions = 465;  // RFC 8314
// Addresses of one host that are tried.
constexpr int kMaxAddresses = 10;

class ProbeCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = app.add_subcommand(
        "probe",
        "How would a delivery to these hosts go? Connects to each address, speaks SMTP as far as\n"
        "STARTTLS, asks for the verdict and quits: it sends no mail. Each step may take "
        "--timeout.\n"
        "Exit status: 0 a host may be delivered to; 1 hosts were reached and none may, or the\n"
        "domain takes no mail; 75 no host was reached, or the policy is to wait.");
    command
        ->add_option("HOST[:PORT]", target_,
                     "The host; with --mx a domain. The port is 25, or 465 with --no-starttls")
        ->required();
    command->add_flag("--mx", mx_, "Each MX host of the domain");
    command->add_flag("--no-starttls", no_starttls_, "TLS from the first byte");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    const absl::StatusOr<ProbeTarget> target =
        ParseProbeTarget(target_, no_starttls_ ? kSubmissions : kSmtp);
    if (!target.ok()) {
      return Fail(kExitUsage, absl::StrCat("HOST[:PORT]: ", target.status().message()), terminal);
    }
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    const absl::Time begin = absl::Now();
    absl::StatusOr<PolicyAnswer> answer = Ask(*client, *target);
    if (!answer.ok()) return ReportCall(answer.status(), globals, terminal);
    Probe probe;
    *probe.mutable_policy_elapsed() = ToProto(absl::Now() - begin);
    *probe.mutable_policy() = std::move(answer->policy);

    ProbeOptions options;
    options.port = target->port;
    options.starttls = !no_starttls_;
    options.helo_name = smtp_worker::OwnHeloName();
    options.step_timeout = globals.timeout;
    const absl::Status status = ProbeHosts(*client, options, probe);
    if (!status.ok()) return ReportCall(status, globals, terminal);
    if (globals.json) return PrintJson(probe, ExitStatusOf(probe), terminal);
    terminal.out << ProbeText(probe, {absl::Now(), terminal.colour});
    return ExitStatusOf(probe);
  }

 private:
  absl::StatusOr<PolicyAnswer> Ask(const Client& client, const ProbeTarget& target) const {
    if (mx_) {
      v1::ResolveDomainPolicyRequest request;
      request.set_domain(target.host);
      request.set_port(target.port);
      return client.ResolveDomainPolicy(request);
    }
    v1::ResolveRelayPolicyRequest request;
    request.set_host(target.host);
    request.set_port(target.port);
    return client.ResolveRelayPolicy(request);
  }

  static absl::Status ProbeHosts(const Client& client, const ProbeOptions& options, Probe& probe) {
    // A host may close its end at any time.
    std::signal(SIGPIPE, SIG_IGN);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (context == nullptr) return absl::InternalError("OpenSSL gives no context for TLS");
    for (const v1::HostPolicy& host : probe.policy().hosts()) {
      HostProbe& result = *probe.add_hosts();
      result.set_host(host.host());
      const bool connect = host.verdict() == v1::HostPolicy::DANE ||
                           host.verdict() == v1::HostPolicy::TLS_UNAUTHENTICATED ||
                           host.verdict() == v1::HostPolicy::OPPORTUNISTIC;
      const int addresses = connect ? std::min(host.addresses_size(), kMaxAddresses) : 0;
      for (int i = 0; i < addresses; ++i) {
        absl::StatusOr<AddressProbe> address =
            ProbeAddress(host, host.addresses(i), client, context.get(), options);
        if (!address.ok()) return address.status();
        *result.add_addresses() = *std::move(address);
      }
    }
    return absl::OkStatus();
  }

  std::string target_;
  bool mx_ = false;
  bool no_starttls_ = false;
};

}  // namespace

std::unique_ptr<Command> NewProbeCommand() { return std::make_unique<ProbeCommand>(); }

}  // namespace postern::posternctl
