// Time for intervals: it does not step when somebody sets the clock, and has no date.
#ifndef POSTERN_SERVER_IO_STEADY_CLOCK_H_
#define POSTERN_SERVER_IO_STEADY_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace postern {

// SteadyClock tells nanoseconds since some moment, the same for the whole process. Thread
// safe.
class SteadyClock {
 public:
  virtual ~SteadyClock() = default;
  virtual int64_t Now() const = 0;
};

// MonotonicClock is the machine's (CLOCK_MONOTONIC).
class MonotonicClock : public SteadyClock {
 public:
  int64_t Now() const override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_STEADY_CLOCK_H_
