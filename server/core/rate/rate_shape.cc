#include "server/core/rate/rate_shape.h"

#include <limits>

#include "server/core/rate/gcra.h"
#include "server/core/rate/smoothed_rate.h"

namespace postern {
namespace {

RateVerdict Look(const RateShape& shape, double limit, RateMode mode, int64_t now,
                 const RateState& state) {
  const RateLimit in_force = shape.limit.WithLimit(limit);
  if (shape.algorithm == RateAlgorithm::kGcra) {
    return DecideGcra(in_force, shape.burst.value_or(limit), mode, EventCount(), now, state)
        .verdict;
  }
  return DecideSmoothed(in_force, mode, EventCount(), now, state).verdict;
}

}  // namespace

RateShape ShapeOf(const RateRule& rule, const RateLimit& limit) {
  return {rule.algorithm, limit, rule.burst, EventCount()};
}

bool IsSpent(const RateShape& shape, double limit, int64_t now, const RateState& state) {
  const RateLimit in_force = shape.limit.WithLimit(limit);
  if (shape.algorithm == RateAlgorithm::kGcra) return GcraIsSpent(in_force, now, state);
  return SmoothedIsSpent(in_force, shape.least, now, state);
}

double RateAt(const RateShape& shape, double limit, int64_t now, const RateState& state) {
  return Look(shape, limit, RateMode::kReadOnly, now, state).rate;
}

double ShareAt(const RateShape& shape, double limit, int64_t now, const RateState& state) {
  // Leaky, for the rate as it measures: strict stops counting at twice a burst.
  const double rate = Look(shape, limit, RateMode::kLeaky, now, state).rate;
  double through = limit;
  if (shape.algorithm == RateAlgorithm::kGcra && shape.burst) through = *shape.burst;
  return through > 0 ? rate / through : std::numeric_limits<double>::infinity();
}

}  // namespace postern
