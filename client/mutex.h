// A mutex that clang's thread-safety analysis understands, over std::mutex: of
// Debian's absl::Mutex the thread sanitizer sees nothing, and its deadlock
// detector aborts on what is none. Inside the library only.
#ifndef POSTERN_CLIENT_MUTEX_H_
#define POSTERN_CLIENT_MUTEX_H_

#include <mutex>

#include "absl/base/thread_annotations.h"

namespace postern::client_internal {

// Mutex guards what ABSL_GUARDED_BY names.
class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// MutexLock holds a Mutex for a scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace postern::client_internal

#endif  // POSTERN_CLIENT_MUTEX_H_
