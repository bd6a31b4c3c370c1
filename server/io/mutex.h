// Mutexes that clang's thread-safety analysis and the thread sanitizer both
// understand. Debian's absl::Mutex is not instrumented, and its deadlock
// detector costs and may abort; std::mutex has no annotations.
#ifndef POSTERN_SERVER_IO_MUTEX_H_
#define POSTERN_SERVER_IO_MUTEX_H_

#include <condition_variable>
#include <mutex>

#include "absl/time/time.h"

#define POSTERN_GUARDED_BY(mutex) __attribute__((guarded_by(mutex)))
#define POSTERN_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define POSTERN_EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))

namespace postern {

// Mutex is std::mutex, annotated.
class __attribute__((capability("mutex"))) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() __attribute__((acquire_capability())) { mutex_.lock(); }
  void Unlock() __attribute__((release_capability())) { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

// MutexLock holds a Mutex for its scope.
class __attribute__((scoped_lockable)) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() __attribute__((release_capability())) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// CondVar waits for what another thread says under the same Mutex. As always,
// wait in a loop over the condition.
class CondVar {
 public:
  void Wait(Mutex& mutex) POSTERN_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // WaitFor returns after a signal, or `timeout`.
  void WaitFor(Mutex& mutex, absl::Duration timeout) POSTERN_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_for(lock, absl::ToChronoNanoseconds(timeout));
    lock.release();
  }
  void SignalAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_MUTEX_H_
