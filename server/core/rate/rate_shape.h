// What a store has to know of a rule to judge what it remembers of a key when nobody asks
// about that key: whether it may be forgotten, and how much would be lost.
//
// Values and pure functions, thread safe.
#ifndef POSTERN_SERVER_CORE_RATE_RATE_SHAPE_H_
#define POSTERN_SERVER_CORE_RATE_RATE_SHAPE_H_

#include <cstdint>
#include <optional>

#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

struct RateShape {
  RateAlgorithm algorithm = RateAlgorithm::kSmoothed;

  // limit has the period of all keys. The limit of a key may be another.
  RateLimit limit;

  // burst is the rule's, of kGcra; without it a bucket holds the limit in force.
  std::optional<double> burst;

  // least is the smallest event that is to be expected.
  EventCount least;
};

// ShapeOf is a rule's, for events of 1 and more.
RateShape ShapeOf(const RateRule& rule, const RateLimit& limit);

// IsSpent tells whether a state may be forgotten: no event of `shape.least` or more would
// get another verdict or rate without it.
bool IsSpent(const RateShape& shape, double limit, int64_t now, const RateState& state);

// RateAt is the rate (the level, of kGcra) that is left at `now`.
double RateAt(const RateShape& shape, double limit, int64_t now, const RateState& state);

// ShareAt is what an event of 1 would measure at `now`, in parts of what is let through: 1
// and more is over the limit, or just at it.
double ShareAt(const RateShape& shape, double limit, int64_t now, const RateState& state);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_SHAPE_H_
