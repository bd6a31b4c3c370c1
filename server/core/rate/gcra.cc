#include "server/core/rate/gcra.h"

#include <algorithm>

namespace postern {
namespace {

double LevelAt(const RateLimit& limit, int64_t now, const RateState& state) {
  if (now <= state.last) return state.rate;
  // In this order whole limits and periods stay exact: an event each period / limit
  // finds the bucket as the one before it did.
  const double elapsed =
      static_cast<double>(static_cast<uint64_t>(now) - static_cast<uint64_t>(state.last));
  const double run_out = elapsed * limit.limit() / (limit.period_seconds() * 1e9);
  return std::max(state.rate - run_out, 0.0);
}

// `filled` is the level that the bucket had when it was last written down.
absl::Duration RetryAfter(const RateLimit& limit, double burst, double count, double level,
                          double filled) {
  if (count > burst) return absl::InfiniteDuration();
  // A little more than it takes, so that no rounding makes it a little less.
  const double too_much = (level + count - burst) * (1 + 1e-12) + filled * 4e-15;
  return absl::Seconds(limit.period_seconds() * (too_much / limit.limit())) + absl::Nanoseconds(1);
}

}  // namespace

RateOutcome DecideGcra(const RateLimit& limit, double burst, RateMode mode, EventCount count,
                       int64_t now, const RateState& state) {
  RateOutcome outcome;
  RateVerdict& verdict = outcome.verdict;
  verdict.limit = limit.limit();
  verdict.period = limit.period();
  const double size = mode == RateMode::kReadOnly ? 0 : count.value();
  double level = LevelAt(limit, now, state);
  verdict.rate = level + size;
  const bool refuses_all = !(limit.limit() > 0 && burst > 0);
  verdict.over = refuses_all || !(verdict.rate <= burst);
  outcome.store = mode == RateMode::kStrict || (mode == RateMode::kLeaky && !verdict.over);
  if (outcome.store) {
    if (verdict.over) verdict.rate = std::min(verdict.rate, std::max(level, 2 * burst));
    level = verdict.rate;
    outcome.next = {now, level};
  }
  if (verdict.over) {
    verdict.retry_after =
        refuses_all ? absl::InfiniteDuration()
                    : RetryAfter(limit, burst, size, level, outcome.store ? level : state.rate);
  }
  return outcome;
}

bool GcraIsSpent(const RateLimit& limit, int64_t now, const RateState& state) {
  return LevelAt(limit, now, state) == 0;
}

}  // namespace postern
