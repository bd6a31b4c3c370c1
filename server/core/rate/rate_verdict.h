// What is remembered of a key, and what is decided of an event: common to the
// algorithms (smoothed_rate.h, gcra.h).
#ifndef POSTERN_SERVER_CORE_RATE_RATE_VERDICT_H_
#define POSTERN_SERVER_CORE_RATE_RATE_VERDICT_H_

#include <cstdint>

#include "absl/time/time.h"

namespace postern {

// RateMode says which events are remembered.
enum class RateMode {
  kLeaky,     // those that are not over: a loud client gets the limit
  kStrict,    // all: a loud client gets nothing until it is quiet
  kReadOnly,  // none: the event's count does not matter, the rate is only looked at
};

// RateState is what is remembered of a key. All zero is "no state": a rate of 0 decides
// as no rate does. The period and the limit are not part of it.
struct RateState {
  // last is when the last stored event was, in nanoseconds of a clock that does not step
  // (what is saved to disk is the store's to convert).
  int64_t last = 0;
  double rate = 0;
};

// kMaxRate is the greatest rate that a state can have: far above what events of
// kMaxCount add up to.
inline constexpr double kMaxRate = 1e30;

// IsSound tells whether a state that was read from outside can be decided upon.
inline bool IsSound(const RateState& state) { return state.rate >= 0 && state.rate <= kMaxRate; }

// SecondsSince is the time from a state's last event to now; 0 where a clock went
// backwards.
inline double SecondsSince(const RateState& state, int64_t now) {
  if (now <= state.last) return 0;
  return static_cast<double>(static_cast<uint64_t>(now) - static_cast<uint64_t>(state.last)) * 1e-9;
}

// RateVerdict is the decision on an event.
struct RateVerdict {
  bool over = false;

  // rate is what the event measures, in counts a period.
  double rate = 0;

  // limit and period are those in force.
  double limit = 0;
  absl::Duration period;

  // retry_after is how long until the same event would be under if there is none before
  // it: 0 if it is under, infinite if it never would be. It is then under for sure, and
  // in smoothed_rate.h perhaps somewhat before.
  absl::Duration retry_after;
};

// RateOutcome is a verdict, and what is to be remembered if `store` is set.
struct RateOutcome {
  RateVerdict verdict;
  RateState next;
  bool store = false;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_VERDICT_H_
