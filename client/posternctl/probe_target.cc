#include "client/posternctl/probe_target.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace postern::posternctl {

absl::StatusOr<ProbeTarget> ParseProbeTarget(absl::string_view text, uint16_t default_port) {
  ProbeTarget target;
  target.port = default_port;
  // A literal's own colons are inside the brackets.
  const size_t close = absl::StartsWith(text, "[") ? text.find(']') : absl::string_view::npos;
  const size_t search = close == absl::string_view::npos ? 0 : close;
  const absl::string_view rest = text.substr(search);
  if (std::count(rest.begin(), rest.end(), ':') > 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", text, "' has several colons: write an IPv6 address as [IPv6:", text, "]"));
  }
  const size_t colon = text.find(':', search);
  if (colon != absl::string_view::npos) {
    const absl::string_view port = text.substr(colon + 1);
    uint32_t number = 0;
    if (!absl::SimpleAtoi(port, &number) || number < 1 || number > 65535) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", port, "' is no port: write one from 1 to 65535"));
    }
    target.port = static_cast<uint16_t>(number);
  }
  target.host = std::string(text.substr(0, colon));
  if (target.host.empty()) return absl::InvalidArgumentError("the host is empty");
  return target;
}

}  // namespace postern::posternctl
