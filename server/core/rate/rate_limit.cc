#include "server/core/rate/rate_limit.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace postern {
namespace {

absl::Status Refused(absl::string_view name, double value, absl::string_view range) {
  return absl::InvalidArgumentError(absl::StrCat(name, " is ", value, "; it has to be ", range));
}

}  // namespace

absl::Status CheckLimit(double limit) {
  if (limit >= 0 && limit <= kMaxCount) return absl::OkStatus();  // NaN is neither
  return Refused("limit", limit, absl::StrCat("0 (which refuses everything) to ", kMaxCount));
}

absl::StatusOr<RateLimit> RateLimit::Create(double limit, absl::Duration period) {
  if (absl::Status status = CheckLimit(limit); !status.ok()) return status;
  if (period < kMinPeriod || period > kMaxPeriod) {
    return absl::InvalidArgumentError(
        absl::StrCat("period is ", absl::FormatDuration(period), "; it has to be ",
                     absl::FormatDuration(kMinPeriod), " to ", absl::FormatDuration(kMaxPeriod)));
  }
  return RateLimit(std::abs(limit), period);  // -0 is 0
}

absl::StatusOr<EventCount> EventCount::Create(double count) {
  if (count > 0 && count <= kMaxCount) return EventCount(count);
  return Refused("count", count, absl::StrCat("above 0, and at most ", kMaxCount));
}

}  // namespace postern
