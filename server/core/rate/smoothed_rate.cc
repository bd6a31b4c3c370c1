#include "server/core/rate/smoothed_rate.h"

#include <algorithm>
#include <cmath>

namespace postern {
namespace {

// kLeastInterval is the time between two events, in periods, at least. The rate of the
// m-th of simultaneous events is below m for any time between them, however short, and
// is m for none; so that the verdict is the same for both, no time is the least time
// that a double can tell from none in 1 - x, with room for rounding.
constexpr double kLeastInterval = 1e-15;

// Weights are what a period's part x makes of an event and of the rate before it.
struct Weights {
  double event;   // (1 - exp(-x)) / x
  double before;  // exp(-x)
};

// One function of the two is called, the one that keeps its digits there; the other
// follows from it.
Weights WeightsAt(double x) {
  if (x < 1) {
    const double less = std::expm1(-x);
    return {-less / x, 1 + less};
  }
  const double before = std::exp(-x);
  return {(1 - before) / x, before};
}

// The event is under for certain once what is left of `rate` and the whole count are below
// the limit. That is a closed form, where the exact moment, at which the event itself
// weighs less, is not.
absl::Duration RetryAfter(const RateLimit& limit, double count, double rate) {
  const double room = limit.limit() - count;
  if (!(room > 0)) return absl::InfiniteDuration();
  const double periods = std::max(std::log(rate / room), 0.0);
  // At the limit is over: a little more than the solution, also after rounding.
  return absl::Seconds(limit.period_seconds() * (periods + 1e-12 * (1 + periods))) +
         absl::Nanoseconds(1);
}

}  // namespace

RateOutcome DecideSmoothed(const RateLimit& limit, RateMode mode, EventCount count, int64_t now,
                           const RateState& state) {
  RateOutcome outcome;
  RateVerdict& verdict = outcome.verdict;
  verdict.limit = limit.limit();
  verdict.period = limit.period();
  const double interval = SecondsSince(state, now) / limit.period_seconds();
  double before = 0;  // what is left of the rate
  double size = 0;
  if (mode == RateMode::kReadOnly) {
    before = state.rate * std::exp(-interval);
    verdict.rate = before;
  } else {
    size = count.value();
    const Weights weights = WeightsAt(std::max(interval, kLeastInterval));
    before = state.rate * weights.before;
    // An event that stands alone measures as its own size.
    verdict.rate = std::max(size * weights.event + before, size);
  }
  verdict.over = !(verdict.rate < limit.limit());
  outcome.store = mode == RateMode::kStrict || (mode == RateMode::kLeaky && !verdict.over);
  if (outcome.store) outcome.next = {now, verdict.rate};
  if (verdict.over) {
    verdict.retry_after = RetryAfter(limit, size, outcome.store ? verdict.rate : before);
  }
  return outcome;
}

bool SmoothedIsSpent(const RateLimit& limit, EventCount least, int64_t now,
                     const RateState& state) {
  if (state.rate == 0) return true;
  const double interval = SecondsSince(state, now) / limit.period_seconds();
  if (!(interval >= kLeastInterval)) return false;
  const Weights weights = WeightsAt(interval);
  const double before = state.rate * weights.before;
  return before < limit.limit() && before <= least.value() * (1 - weights.event);
}

}  // namespace postern
