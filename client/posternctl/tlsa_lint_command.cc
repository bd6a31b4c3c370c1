#include "client/posternctl/tlsa_lint_command.h"

#include <cstdint>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/error.h"
#include "client/posternctl/input_file.h"
#include "client/posternctl/lint_host.h"
#include "client/posternctl/lint_question.h"
#include "client/posternctl/lint_text.h"
#include "client/posternctl/report.pb.h"
#include "client/posternctl/tlsa_argument.h"
#include "client/posternctl/tlsa_group.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {
namespace {

// The TTL of a host's TLSA answer; 0 if the trace has none.
uint32_t TlsaTtl(const v1::DomainPolicy& policy, const v1::HostPolicy& host, uint32_t port) {
  const std::string owner = TlsaOwner(host.tlsa_base_domain(), port);
  for (const v1::DnsQuery& query : policy.trace()) {
    if (query.type() == "TLSA" && query.name() == owner) return query.ttl();
  }
  return 0;
}

class TlsaLintCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = TlsaGroup(app).add_subcommand(
        "lint",
        "Do the published TLSA records match this certificate, and what does a roll-over need?\n"
        "Exit status: 0 they match, 1 they do not or there are none, 75 a lookup failed.");
    command->add_option("DOMAIN", domain_, "The domain, for each of its MX hosts; see --relay")
        ->required();
    command->add_option("--chain", chain_, "PEM file: what the servers send, their own first")
        ->type_name("PEM")
        ->required();
    command->add_option("--next-chain", next_chain_, "PEM file: what they will send")
        ->type_name("PEM");
    command->add_option("--port", port_, "TCP port of the SMTP service")
        ->type_name("N")
        ->check(CLI::Range(1, 65535).description(""))
        ->capture_default_str();
    command->add_flag("--relay", relay_, "DOMAIN is a host: do not look for MX records");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    LintQuestion question;
    question.port = port_;
    question.now = absl::Now();
    auto chain = ReadCertificates("--chain", chain_);
    if (!chain.ok()) return FailInput(chain.status(), terminal);
    question.chain = *std::move(chain);
    if (!next_chain_.empty()) {
      auto next = ReadCertificates("--next-chain", next_chain_);
      if (!next.ok()) return FailInput(next.status(), terminal);
      question.next_chain = *std::move(next);
    }
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    const absl::StatusOr<PolicyAnswer> answer = Ask(*client);
    if (!answer.ok()) return ReportCall(answer.status(), globals, terminal);
    const TlsaLint lint = Lint(answer->policy, std::move(question));
    if (globals.json) return PrintJson(lint, ExitStatusOf(lint), terminal);
    terminal.out << LintText(lint, {absl::Now(), terminal.colour});
    return ExitStatusOf(lint);
  }

 private:
  // The trace holds the TTLs.
  absl::StatusOr<PolicyAnswer> Ask(const Client& client) const {
    if (relay_) {
      v1::ResolveRelayPolicyRequest request;
      request.set_host(domain_);
      request.set_port(port_);
      request.set_include_trace(true);
      return client.ResolveRelayPolicy(request);
    }
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain_);
    request.set_port(port_);
    request.set_include_trace(true);
    return client.ResolveDomainPolicy(request);
  }

  TlsaLint Lint(const v1::DomainPolicy& policy, LintQuestion question) const {
    TlsaLint lint;
    lint.set_domain(policy.domain());
    lint.set_verdict(policy.verdict());
    lint.set_reason(policy.reason());
    for (const v1::HostPolicy& host : policy.hosts()) {
      question.ttl = TlsaTtl(policy, host, port_);
      *lint.add_hosts() = LintHost(host, question);
    }
    return lint;
  }

  std::string domain_;
  std::string chain_;
  std::string next_chain_;
  uint32_t port_ = 25;
  bool relay_ = false;
};

}  // namespace

std::unique_ptr<Command> NewTlsaLintCommand() { return std::make_unique<TlsaLintCommand>(); }

}  // namespace postern::posternctl
