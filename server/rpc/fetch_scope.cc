#include "server/rpc/fetch_scope.h"

#include <utility>

namespace postern {

uint64_t FetchScope::Fetch(HttpRequest request, Callback done) {
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    if (!cancelled_) number = ++begun_;
    id_ = 0;
  }
  if (number == 0) {
    done(FailedFetch(FetchFailure::kCancelled, "the call was cancelled"));
    return 1;
  }
  const uint64_t id = fetcher_.Fetch(std::move(request), std::move(done));
  bool cancel = false;
  {
    MutexLock lock(mutex_);
    // The result may have come already, and the next request been made.
    if (number == begun_) {
      id_ = id;
      cancel = cancelled_;
    }
  }
  if (cancel) fetcher_.Cancel(id);
  return id;
}

void FetchScope::CancelAll() {
  uint64_t id = 0;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    id = id_;
  }
  if (id != 0) fetcher_.Cancel(id);
}

bool FetchScope::cancelled() const {
  MutexLock lock(mutex_);
  return cancelled_;
}

}  // namespace postern
