#include "client/posternctl/probe_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/handshake_text.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// From worst to best.
enum class HostState { kSkipped, kUnreachable, kBad, kUnauthenticated, kGood };

HostState StateOf(const AddressProbe& address) {
  if (!address.has_handshake()) return HostState::kUnreachable;
  if (address.handshake().action() != v1::HandshakeVerdict::PROCEED) return HostState::kBad;
  const auto verdict = address.handshake().verdict();
  return verdict == v1::HandshakeVerdict::VERIFIED_DANE ||
                 verdict == v1::HandshakeVerdict::VERIFIED_PKIX
             ? HostState::kGood
             : HostState::kUnauthenticated;
}

// A host is as its best address: a client goes from one to the next.
HostState StateOf(const HostProbe& host) {
  HostState state = HostState::kSkipped;
  for (const AddressProbe& address : host.addresses()) state = std::max(state, StateOf(address));
  return state;
}

std::string StateText(HostState state, bool colour) {
  switch (state) {
    case HostState::kGood:
      return Coloured("GOOD", Colour::kGood, colour);
    case HostState::kUnauthenticated:
      return Coloured("UNAUTHENTICATED", Colour::kWarning, colour);
    case HostState::kBad:
      return Coloured("BAD", Colour::kBad, colour);
    case HostState::kUnreachable:
      return Coloured("UNREACHABLE", Colour::kBad, colour);
    default:
      return Coloured("NOT TRIED", Colour::kBad, colour);
  }
}

std::string Took(const google::protobuf::Duration& elapsed) {
  return absl::StrFormat("%.1f ms", absl::ToDoubleMilliseconds(ToDuration(elapsed)));
}

std::string StepsText(const AddressProbe& address) {
  std::string text;
  for (const ProbeStep& step : address.steps()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", step.name(), " ", Took(step.elapsed()));
  }
  return text;
}

std::string Endpoint(const AddressProbe& address) {
  const std::string text = Printable(address.address());
  return absl::StrContains(text, ':') ? absl::StrCat("[", text, "]:", address.port())
                                      : absl::StrCat(text, ":", address.port());
}

std::string AddressText(const AddressProbe& address, const TextOptions& options) {
  Rows rows;
  std::string line = absl::StrCat("    ", Endpoint(address), "  ");
  if (address.has_handshake()) {
    line += VerdictLine(address.handshake(), options);
    rows = HandshakeRows(address.handshake(), options);
  } else {
    line += Coloured("no handshake", Colour::kBad, options.colour);
  }
  if (!address.error().empty()) rows.insert(rows.begin(), {"error", Printable(address.error())});
  if (!address.tls_version().empty()) {
    rows.push_back(
        {"TLS", absl::StrCat(Printable(address.tls_version()), " ", Printable(address.cipher()),
                             ", ", address.stapled() ? "with a staple" : "no staple")});
  }
  rows.push_back({"took", StepsText(address)});
  return absl::StrCat(line, "\n", Table("        ", rows));
}

std::string HostText(const HostProbe& host, const v1::HostPolicy& policy,
                     const TextOptions& options) {
  std::string text =
      absl::StrCat("\n", policy.preference(), " ", Printable(host.host()), "  ",
                   StateText(StateOf(host), options.colour), "  ", Name(policy.verdict()), ": ",
                   Words(policy.reason()), policy.detail().empty() ? "" : ": ",
                   Printable(policy.detail()), "\n");
  for (const AddressProbe& address : host.addresses()) text += AddressText(address, options);
  return text;
}

}  // namespace

std::string ProbeText(const Probe& probe, const TextOptions& options) {
  const v1::DomainPolicy& policy = probe.policy();
  std::string text =
      absl::StrCat(Printable(policy.domain()), "  ", Name(policy.verdict()), "  ",
                   Words(policy.reason()), "  (", Took(probe.policy_elapsed()), ")\n");
  if (!policy.detail().empty()) absl::StrAppend(&text, "    ", Printable(policy.detail()), "\n");
  for (int i = 0; i < probe.hosts_size() && i < policy.hosts_size(); ++i) {
    text += HostText(probe.hosts(i), policy.hosts(i), options);
  }
  return text;
}

int ExitStatusOf(const Probe& probe) {
  const int of_policy = ExitStatusOf(probe.policy());
  if (of_policy != kExitFavourable) return of_policy;
  HostState best = HostState::kSkipped;
  for (const HostProbe& host : probe.hosts()) best = std::max(best, StateOf(host));
  if (best >= HostState::kUnauthenticated) return kExitFavourable;
  return best == HostState::kBad ? kExitRefusal : kExitDefer;
}

}  // namespace postern::posternctl
