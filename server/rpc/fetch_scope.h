// The fetches that one call makes, one after the other, as something to cancel.
#ifndef POSTERN_SERVER_RPC_FETCH_SCOPE_H_
#define POSTERN_SERVER_RPC_FETCH_SCOPE_H_

#include <cstdint>

#include "server/io/http/http_fetcher.h"
#include "server/io/mutex.h"

namespace postern {

// FetchScope passes requests on, one at a time, until it is cancelled; then those under
// way and those that follow are kCancelled. Thread safe.
class FetchScope : public HttpFetcher {
 public:
  // The fetcher must outlive this.
  explicit FetchScope(HttpFetcher& fetcher) : fetcher_(fetcher) {}

  uint64_t Fetch(HttpRequest request, Callback done) override;
  void Cancel(uint64_t id) override { fetcher_.Cancel(id); }
  FetcherStats Stats() const override { return fetcher_.Stats(); }

  void CancelAll();
  bool cancelled() const;

 private:
  HttpFetcher& fetcher_;
  mutable Mutex mutex_;
  bool cancelled_ POSTERN_GUARDED_BY(mutex_) = false;
  uint64_t begun_ POSTERN_GUARDED_BY(mutex_) = 0;  // how many
  uint64_t id_ POSTERN_GUARDED_BY(mutex_) = 0;     // of the last; 0: not known yet
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_FETCH_SCOPE_H_
