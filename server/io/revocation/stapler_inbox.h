// What reaches the stapler from other threads, until its next Tick.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLER_INBOX_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLER_INBOX_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/io/mutex.h"
#include "server/io/revocation/ocsp_fetch.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StaplerMail is all that came.
struct StaplerMail {
  struct Fetched {
    std::string name;
    uint64_t serial = 0;  // of the certificate that it was fetched for
    OcspAnswer answer;
  };
  struct Wanted {
    std::string name;
    StapleSource::RefreshDone done;
  };
  std::vector<Fetched> fetched;
  std::vector<Wanted> wanted;

  bool empty() const { return fetched.empty() && wanted.empty(); }
};

// StaplerInbox outlives the stapler where a fetch does. Thread safe.
class StaplerInbox {
 public:
  // `wake` is called under a lock when something has come: it may signal, and no more.
  explicit StaplerInbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void Put(StaplerMail::Fetched fetched) {
    MutexLock lock(mutex_);
    if (closed_) return;
    mail_.fetched.push_back(std::move(fetched));
    if (wake_ != nullptr) wake_();
  }

  // Put is false, and takes nothing, once the inbox is closed.
  bool Put(StaplerMail::Wanted& wanted) {
    MutexLock lock(mutex_);
    if (closed_) return false;
    mail_.wanted.push_back(std::move(wanted));
    if (wake_ != nullptr) wake_();
    return true;
  }

  void Wake() {
    MutexLock lock(mutex_);
    woken_ = true;
    if (!closed_ && wake_ != nullptr) wake_();
  }

  StaplerMail Take() {
    MutexLock lock(mutex_);
    woken_ = false;
    return std::exchange(mail_, {});
  }

  bool HasMail() const {
    MutexLock lock(mutex_);
    return woken_ || !mail_.empty();
  }

  // Close returns what is left; nothing comes after it, and `wake` is not called again.
  StaplerMail Close() {
    MutexLock lock(mutex_);
    closed_ = true;
    return std::exchange(mail_, {});
  }

 private:
  const std::function<void()> wake_;
  mutable Mutex mutex_;
  StaplerMail mail_ POSTERN_GUARDED_BY(mutex_);
  bool woken_ POSTERN_GUARDED_BY(mutex_) = false;
  bool closed_ POSTERN_GUARDED_BY(mutex_) = false;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLER_INBOX_H_
