// ReadNetworkFile and the table of limits that is made of it, on any bytes: no more lines of
// errors than are promised, each with its line, and the table finds what looking at every
// line finds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/network_file.h"
#include "server/core/net/prefix_table.h"
#include "server/core/rate/network_limits.h"

namespace postern {
namespace {

void Check(bool holds) {
  if (!holds) abort();
}

void CheckErrors(const absl::Status& status) {
  if (status.ok()) return;
  const std::vector<absl::string_view> lines = absl::StrSplit(status.message(), '\n');
  Check(lines.size() <= kMaxNetworkErrors + 1);
  for (const absl::string_view line : lines) {
    Check(line.size() < 400);
    Check(absl::StartsWith(line, "line ") || absl::StartsWith(line, "and "));
  }
}

void CheckFinds(const std::vector<IpPrefix>& prefixes, PrefixOrder order,
                const absl::StatusOr<NetworkLimits>& limits) {
  for (const IpPrefix& asked : prefixes) {
    const IpPrefix* expected = nullptr;
    for (const IpPrefix& prefix : prefixes) {
      if (!prefix.Contains(asked.address)) continue;
      if (expected == nullptr ||
          (order == PrefixOrder::kLongest && prefix.length > expected->length)) {
        expected = &prefix;
      }
    }
    const std::optional<NetworkLimits::Match> match = limits->Find(asked.address);
    Check(match && match->prefix && match->prefix->address == expected->address &&
          match->prefix->length == expected->length);
  }
}

void CheckFile(absl::string_view text) {
  std::vector<IpPrefix> prefixes;
  int last_line = 0;
  const absl::Status status = ReadNetworkFile(text, [&](const NetworkLine& line) {
    Check(line.line > last_line);
    last_line = line.line;
    Check(line.value.size() <= kMaxNetworkLineBytes);
    if (line.prefix) prefixes.push_back(*line.prefix);
    return absl::OkStatus();
  });
  CheckErrors(status);
  for (const PrefixOrder order : {PrefixOrder::kLongest, PrefixOrder::kFirstMatch}) {
    const absl::StatusOr<NetworkLimits> limits = NetworkLimits::Parse(text, order);
    CheckErrors(limits.status());
    Check(status.ok() || !limits.ok());
    if (limits.ok() && prefixes.size() <= 200) CheckFinds(prefixes, order, limits);
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::CheckFile(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
