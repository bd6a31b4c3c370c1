#include "client/posternctl/policy_command.h"

#include <cstdint>
#include <map>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/policy_text.h"
#include "client/utf8.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {
namespace {

class PolicyCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = app.add_subcommand(
        "policy",
        "How may I deliver to this domain? One verdict for each of its mail hosts.\n"
        "Exit status: 0 a host may be tried, 1 refuse the mail, 75 defer it.");
    command
        ->add_option("DOMAIN", domain_,
                     "The next hop: a domain, or an address literal such as [192.0.2.1]")
        ->required()
        ->check([](const std::string& domain) { return WhyNotUtf8(domain); });
    command->add_option("--port", port_, "TCP port of the SMTP service")
        ->type_name("N")
        ->check(CLI::Range(1, 65535).description(""))
        ->capture_default_str();
    command
        ->add_option("--mode", mode_,
                     "What this delivery demands; the server's rules may be stricter")
        ->type_name("off|opportunistic|mandatory")
        ->check(CLI::IsMember({"off", "opportunistic", "mandatory"}).description(""));
    command->add_flag("--relay", relay_, "DOMAIN is a host: do not look for MX records");
    command->add_flag("--trace", trace_, "Show the DNS queries too (json always does)");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    absl::StatusOr<PolicyAnswer> answer = Ask(*client, trace_ || globals.json);
    if (!answer.ok()) return ReportCall(answer.status(), globals, terminal);
    const v1::DomainPolicy& policy = answer->policy;
    if (globals.json) return PrintJson(policy, ExitStatusOf(policy), terminal);
    terminal.out << PolicyText(policy, {absl::Now(), terminal.colour});
    return ExitStatusOf(policy);
  }

 private:
  absl::StatusOr<PolicyAnswer> Ask(const Client& client, bool trace) const {
    static const std::map<std::string, v1::Dane::Mode> kModes = {
        {"", v1::Dane::MODE_UNSPECIFIED},
        {"off", v1::Dane::OFF},
        {"opportunistic", v1::Dane::OPPORTUNISTIC},
        {"mandatory", v1::Dane::MANDATORY},
    };
    if (relay_) {
      v1::ResolveRelayPolicyRequest request;
      request.set_host(domain_);
      request.set_port(port_);
      request.set_mode(kModes.at(mode_));
      request.set_include_trace(trace);
      return client.ResolveRelayPolicy(request);
    }
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain_);
    request.set_port(port_);
    request.set_mode(kModes.at(mode_));
    request.set_include_trace(trace);
    return client.ResolveDomainPolicy(request);
  }

  std::string domain_;
  uint32_t port_ = 25;
  std::string mode_;
  bool relay_ = false;
  bool trace_ = false;
};

}  // namespace

std::unique_ptr<Command> NewPolicyCommand() { return std::make_unique<PolicyCommand>(); }

}  // namespace postern::posternctl
