// Time that stands still until a test moves it.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_CLOCK_H_
#define POSTERN_TESTS_SUPPORT_FAKE_CLOCK_H_

#include "server/io/clock.h"
#include "server/io/mutex.h"

namespace postern {

class FakeClock : public Clock {
 public:
  absl::Time Now() const override {
    MutexLock lock(mutex_);
    return now_;
  }
  void Advance(absl::Duration duration) {
    MutexLock lock(mutex_);
    now_ += duration;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ POSTERN_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'800'000'000);
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_CLOCK_H_
