#include "server/core/revocation/refresh_schedule.h"

#include <algorithm>

namespace postern {
namespace {

constexpr absl::Duration kShortLife = absl::Hours(16);
constexpr absl::Duration kDueBeforeEnd = absl::Hours(8);
constexpr absl::Duration kDueAfterBegin = absl::Hours(4 * 24);

}  // namespace

absl::Time NextUpdateIsDue(const StatementLife& life) {
  const absl::Time end = life.next_update.value_or(life.use_until);
  if (end - life.this_update < kShortLife) return life.this_update + (end - life.this_update) / 2;
  return std::min(end - kDueBeforeEnd, life.this_update + kDueAfterBegin);
}

absl::Time NextRefresh(const StatementLife& life, const RefreshHints& hints, absl::Time now,
                       double chance) {
  const absl::Duration span = life.use_until - life.this_update;
  const absl::Time latest_hint = life.this_update + span * 0.75;
  absl::Time begin = life.this_update + span / 2;
  begin = std::max(begin, std::min(hints.cached_until, latest_hint));
  if (hints.is_repeat) begin = std::max(begin, std::min(NextUpdateIsDue(life), latest_hint));
  // What is received late, or is all that the responder has, is asked for again and again,
  // each time after a quarter of what is left.
  if (begin <= now) begin = now + (life.use_until - now) / 4;
  const absl::Duration spread = std::min(span / 8, (life.use_until - begin) / 2);
  return std::max(begin + spread * chance, now + kShortestRefresh);
}

absl::Time NextRetry(const RefreshFailure& failure, const BackOffOptions& options, absl::Time now,
                     double chance) {
  absl::Duration wait = options.first;
  for (uint32_t i = 1; i < failure.failures && wait < options.most; ++i) wait *= 2;
  wait = std::min(wait, options.most);
  absl::Duration heeded = options.longest_retry_after;
  if (failure.use_until > now) {
    const absl::Duration left = failure.use_until - now;
    wait = std::min(wait, std::max(left / 4, absl::Seconds(10)));
    heeded = std::min(heeded, left / 2);
  }
  const absl::Time by_back_off = now + wait * (0.5 + chance / 2);
  if (failure.retry_at <= now) return by_back_off;
  return std::max(by_back_off, std::min(failure.retry_at, now + heeded) + wait * chance);
}

}  // namespace postern
