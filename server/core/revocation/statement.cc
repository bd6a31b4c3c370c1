#include "server/core/revocation/statement.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;

// When a statement is too old. That a certificate is revoked is true for longer than
// that it is not.
absl::Time EndByAge(const SingleResponse& single, absl::Duration max_age) {
  return single.status == CertStatus::kRevoked ? absl::InfiniteFuture()
                                               : single.this_update + max_age;
}

// RFC 6960, section 4.2.2.1.
Reason CheckTimes(const SingleResponse& single, absl::Time now, absl::Duration max_age,
                  const StapleOptions& options) {
  if (single.this_update > now + options.skew) return Reason::kNotYet;
  if (!single.next_update && !options.allow_missing_next_update) return Reason::kNoNextUpdate;
  if (single.next_update) {
    if (*single.next_update < single.this_update) return Reason::kTimesContradict;
    if (*single.next_update + options.skew <= now) return Reason::kStale;
  }
  if (EndByAge(single, max_age) + options.skew <= now) return Reason::kTooOld;
  return Reason::kNone;
}

absl::Time EndOf(const SingleResponse& single, absl::Duration max_age) {
  return std::min(single.next_update.value_or(absl::InfiniteFuture()), EndByAge(single, max_age));
}

// Statements are better known in this order: revoked, good, unknown.
int Weight(CertStatus status) {
  switch (status) {
    case CertStatus::kRevoked:
      return 2;
    case CertStatus::kGood:
      return 1;
    case CertStatus::kUnknown:
      break;
  }
  return 0;
}

bool IsBetter(const Statement& next, const Statement& best) {
  if (best.single == nullptr || next.fault != Reason::kNone) return best.single == nullptr;
  if (best.fault != Reason::kNone) return true;
  const int weight = Weight(next.single->status);
  const int best_weight = Weight(best.single->status);
  return weight > best_weight || (weight == best_weight && next.end < best.end);
}

}  // namespace

Statement ChooseStatement(absl::Span<const SingleResponse* const> statements, absl::Time now,
                          absl::Duration max_age, const StapleOptions& options) {
  Statement best;
  for (const SingleResponse* single : statements) {
    const Statement next = {single, CheckTimes(*single, now, max_age, options),
                            EndOf(*single, max_age)};
    if (IsBetter(next, best)) best = next;
  }
  return best;
}

std::string DescribeFault(const Statement& statement) {
  const SingleResponse& single = *statement.single;
  const auto utc = [](absl::Time time) {
    return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
  };
  switch (statement.fault) {
    case Reason::kNotYet:
      return absl::StrCat("thisUpdate is ", utc(single.this_update), ", which is to come");
    case Reason::kNoNextUpdate:
      return "there is no nextUpdate";
    case Reason::kTimesContradict:
      return "nextUpdate is before thisUpdate";
    case Reason::kStale:
      return absl::StrCat("nextUpdate was ", utc(*single.next_update));
    case Reason::kTooOld:
      return absl::StrCat("thisUpdate was ", utc(single.this_update), ", which is too long ago");
    default:
      return "";
  }
}

}  // namespace postern
