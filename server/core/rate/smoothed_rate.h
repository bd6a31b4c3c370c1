// The rate of events as Exim's `ratelimit` measures it: a mean in which an event weighs
// the less the longer ago it was. docs/rate.md has the formula, its edges, and where we
// differ from Exim.
//
// Functions are pure, thread safe, and total: no rate is ever NaN.
#ifndef POSTERN_SERVER_CORE_RATE_SMOOTHED_RATE_H_
#define POSTERN_SERVER_CORE_RATE_SMOOTHED_RATE_H_

#include <cstdint>

#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

// DecideSmoothed measures an event at `now` (nanoseconds, as RateState has it). At the
// limit is over. The state has to be sound.
RateOutcome DecideSmoothed(const RateLimit& limit, RateMode mode, EventCount count, int64_t now,
                           const RateState& state);

// SmoothedIsSpent tells whether a state may be forgotten: no event of `least` or more
// would get another verdict or rate without it, now or later. A look at the rate
// (kReadOnly) could show it as 0 where it is below the limit and below `least`.
bool SmoothedIsSpent(const RateLimit& limit, EventCount least, int64_t now, const RateState& state);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_SMOOTHED_RATE_H_
