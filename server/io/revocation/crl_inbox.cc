#include "server/io/revocation/crl_inbox.h"

namespace postern {

void CrlInbox::Put(WatchOrder order) {
  {
    MutexLock lock(mutex_);
    contents_.watches.push_back(std::move(order));
  }
  CallWake();
}

void CrlInbox::Put(Result result) {
  {
    MutexLock lock(mutex_);
    contents_.results.push_back(std::move(result));
  }
  CallWake();
}

bool CrlInbox::Put(Ask& ask, size_t limit) {
  {
    MutexLock lock(mutex_);
    if (contents_.asks.size() >= limit) return false;
    contents_.asks.push_back(std::move(ask));
  }
  CallWake();
  return true;
}

CrlInbox::Contents CrlInbox::Take() {
  Contents taken;
  MutexLock lock(mutex_);
  std::swap(taken, contents_);
  return taken;
}

bool CrlInbox::IsEmpty() const {
  MutexLock lock(mutex_);
  return contents_.watches.empty() && contents_.asks.empty() && contents_.results.empty();
}

void CrlInbox::CallWake() {
  MutexLock lock(wake_mutex_);
  if (wake_ != nullptr) wake_();
}

void CrlInbox::Close() {
  MutexLock lock(wake_mutex_);
  wake_ = nullptr;
}

}  // namespace postern
