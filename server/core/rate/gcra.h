// The generic cell rate algorithm (ITU-T I.371), as the leaky bucket that it equals: a
// key's bucket runs out by the limit in a period, an event fills it by its count, and is
// over if it does not fit. For who wants an exact bound on bursts: at the limit is not
// over here.
//
// RateState's rate is the level of the bucket, in counts, and not a time: a limit can
// change, and the level keeps its meaning. Functions are pure, thread safe, and total.
#ifndef POSTERN_SERVER_CORE_RATE_GCRA_H_
#define POSTERN_SERVER_CORE_RATE_GCRA_H_

#include <cstdint>

#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

// DecideGcra decides on an event at `now` (nanoseconds, as RateState has it). `burst` is
// what the bucket holds, CheckLimit's range; the limit itself where nobody says another.
// The verdict's rate is the level with the event in it. In kStrict an event that is over
// fills the bucket as well, up to twice the burst, so that quiet for as long as a burst and
// the event take to run out always is enough. A limit or burst of 0 refuses everything.
// The state has to be sound.
RateOutcome DecideGcra(const RateLimit& limit, double burst, RateMode mode, EventCount count,
                       int64_t now, const RateState& state);

// GcraIsSpent tells whether a state may be forgotten: the bucket is empty.
bool GcraIsSpent(const RateLimit& limit, int64_t now, const RateState& state);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_GCRA_H_
