// Time, so that tests can say what it is.
#ifndef POSTERN_SERVER_IO_CLOCK_H_
#define POSTERN_SERVER_IO_CLOCK_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace postern {

// Clock tells the time. Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

// SystemClock is the machine's.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_CLOCK_H_
