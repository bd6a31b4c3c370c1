#include "client/posternctl/status_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/posternctl/printable.h"

namespace postern::posternctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string Size(uint64_t bytes) {
  if (bytes < 1 << 20) return absl::StrFormat("%.1f KiB", static_cast<double>(bytes) / (1 << 10));
  return absl::StrFormat("%.1f MiB", static_cast<double>(bytes) / (1 << 20));
}

std::string ValidationText(const v1::ResolverStatus& resolver, absl::Time now) {
  std::string text;
  switch (resolver.validation()) {
    case v1::ResolverStatus::VALIDATING:
      text = "validates";
      break;
    case v1::ResolverStatus::NOT_VALIDATING:
      text = "DOES NOT VALIDATE: every policy is DEFER";
      break;
    case v1::ResolverStatus::UNREACHABLE:
      text = "could not look up its test name";
      break;
    default:
      text = "not tested yet";
  }
  if (resolver.has_last_self_test_time()) {
    absl::StrAppend(&text, " (tested ", When(resolver.last_self_test_time(), now), ")");
  }
  if (!resolver.detail().empty()) absl::StrAppend(&text, ": ", resolver.detail());
  return Printable(text);
}

}  // namespace

std::string StatusText(const v1::GetStatusResponse& status, const TextOptions& options) {
  bool well = true;
  std::string parts;
  size_t width = 0;
  for (const v1::PartHealth& part : status.parts()) width = std::max(width, part.name().size());
  for (const v1::PartHealth& part : status.parts()) {
    well = well && part.healthy();
    // Padded here: a colour's bytes take no column.
    std::string name = Printable(part.name());
    name.resize(std::max(width, name.size()), ' ');
    absl::StrAppend(&parts, "    ", name, "  ",
                    part.healthy() ? Coloured("healthy  ", Colour::kGood, options.colour)
                                   : Coloured("UNHEALTHY", Colour::kBad, options.colour));
    if (!part.detail().empty()) absl::StrAppend(&parts, "  ", Printable(part.detail()));
    parts.erase(parts.find_last_not_of(' ') + 1);
    parts += "\n";
  }
  const v1::PolicyCacheStatus& cache = status.policy_cache();
  const v1::HandshakeStatus& handshakes = status.handshakes();
  const v1::ResolverStatus& resolver = status.resolver();
  Rows rows = {
      {"cache", absl::StrCat(cache.entries(), " policies, ", Size(cache.bytes()), " of ",
                             Size(cache.capacity_bytes()))},
      {"", absl::StrCat(cache.hits(), " hits, ", cache.misses(), " misses, ", cache.joined(),
                        " joined, ", cache.refreshes(), " refreshed ahead, ", cache.evictions(),
                        " evicted")},
      {"handshakes", absl::StrCat(handshakes.entries(), " verdicts, ", Size(handshakes.bytes()),
                                  " of ", Size(handshakes.capacity_bytes()))},
      {"", absl::StrCat(handshakes.hits(), " hits, ", handshakes.misses(), " misses, ",
                        handshakes.evictions(), " evicted")},
      {"resolver", ValidationText(resolver, options.now)},
      {"", absl::StrCat(resolver.threads(), " threads, ", resolver.questions_in_flight(), " of ",
                        resolver.questions_limit(), " questions in flight")},
      {"", absl::StrCat(resolver.questions(), " questions, ", resolver.timeouts(), " timed out, ",
                        resolver.refused(), " refused")},
      {"waiting", absl::StrCat(status.questions_in_flight(), " of ", status.questions_limit(),
                               " questions for DNS, ", status.questions_refused(), " refused")},
  };
  return absl::StrCat("posternd ", Printable(status.version()), ", up ",
                      Span(ToDuration(status.uptime())), ", ",
                      well ? Coloured("healthy", Colour::kGood, options.colour)
                           : Coloured("UNHEALTHY", Colour::kBad, options.colour),
                      "\n", parts, "\n", Table("    ", rows));
}

}  // namespace postern::posternctl
