#include "server/core/rate/network_limits.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/core/net/network_file.h"
#include "server/core/rate/rate_limit.h"

namespace postern {
namespace {

constexpr size_t kMaxShownBytes = 60;

absl::Status NoLimit(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("the value \"", absl::CHexEscape(text.substr(0, kMaxShownBytes)),
                   "\" is no limit; write a number or unlimited, then nothing, each or shared"));
}

}  // namespace

absl::StatusOr<NetworkLimit> ParseNetworkLimit(absl::string_view text) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t"), absl::SkipEmpty());
  NetworkLimit limit;
  if (words.empty() || words.size() > 2) return NoLimit(text);
  if (words.size() == 2) {
    limit.shared = words[1] == "shared";
    if (!limit.shared && words[1] != "each") return NoLimit(text);
  }
  if (words[0] == "unlimited") {
    limit.unlimited = true;
    return limit;
  }
  // A number begins with a digit, and is decimal: SimpleAtod alone would read "0x10", too.
  if (!absl::ascii_isdigit(words[0].front()) ||
      words[0].find_first_not_of("0123456789.eE+-") != absl::string_view::npos ||
      !absl::SimpleAtod(words[0], &limit.limit)) {
    return NoLimit(text);
  }
  if (absl::Status status = CheckLimit(limit.limit); !status.ok()) return status;
  return limit;
}

absl::StatusOr<NetworkLimits> NetworkLimits::Parse(absl::string_view text, PrefixOrder order) {
  NetworkLimits limits;
  bool too_many = false;
  const absl::Status status = ReadNetworkFile(text, [&](const NetworkLine& line) -> absl::Status {
    const absl::StatusOr<NetworkLimit> limit = ParseNetworkLimit(line.value);
    if (!limit.ok()) return limit.status();
    if (!line.prefix) {
      if (limit->shared) {
        return absl::InvalidArgumentError(
            "* is no network, and cannot be shared; write 0.0.0.0/0 and \"::/0\"");
      }
      if (!limits.default_) limits.default_ = *limit;  // the first, as Exim has it
    } else if (limits.prefixes_.size() < PrefixTable::kMaxPrefixes) {
      limits.prefixes_.push_back(*line.prefix);
      limits.limits_.push_back(*limit);
    } else {
      too_many = true;
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (too_many) {
    return absl::ResourceExhaustedError(
        absl::StrCat("has more than ", PrefixTable::kMaxPrefixes, " networks"));
  }
  absl::StatusOr<PrefixTable> table = PrefixTable::Create(limits.prefixes_, order);
  if (!table.ok()) return table.status();
  limits.table_ = *std::move(table);
  return limits;
}

std::optional<NetworkLimits::Match> NetworkLimits::Find(const IpAddress& client) const {
  if (const std::optional<uint32_t> place = table_.Find(client)) {
    return Match{limits_[*place], prefixes_[*place]};
  }
  if (default_) return Match{*default_, std::nullopt};
  return std::nullopt;
}

size_t NetworkLimits::Bytes() const {
  return table_.Bytes() + prefixes_.capacity() * sizeof(IpPrefix) +
         limits_.capacity() * sizeof(NetworkLimit);
}

}  // namespace postern
