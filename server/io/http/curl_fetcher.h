// The HttpFetcher of the daemon: libcurl's multi interface on one thread (O-13, O-26).
#ifndef POSTERN_SERVER_IO_HTTP_CURL_FETCHER_H_
#define POSTERN_SERVER_IO_HTTP_CURL_FETCHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/io/clock.h"
#include "server/io/http/curl_multi.h"
#include "server/io/http/fetch_queue.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/mutex.h"

namespace postern {

// CurlFetcher speaks HTTP/1.1, without cookies, credentials, compression, or anything from
// the environment. Redirects are followed here, one at a time: each new URL is checked like
// the first, and each address at its connection; https is not left, and a POST is repeated
// only for 307 and 308. A redirect counts for the responder that sent it.
//
// A responder is down after failures in a row (no reply, or 429 or 5xx), or when it says
// Retry-After with 429 or 503.
class CurlFetcher : public HttpFetcher {
 public:
  // Create starts the thread. `clock` must outlive the fetcher. Fails with
  // INVALID_ARGUMENT that names the option, or RESOURCE_EXHAUSTED.
  static absl::StatusOr<std::unique_ptr<CurlFetcher>> Create(HttpFetcherOptions options,
                                                             const Clock* clock);

  ~CurlFetcher() override;

  uint64_t Fetch(HttpRequest request, Callback done) override;
  void Cancel(uint64_t id) override;
  FetcherStats Stats() const override;

 private:
  CurlFetcher(HttpFetcherOptions options, const Clock* clock)
      : options_(std::move(options)), clock_(clock), queue_(options_) {}

  // Done is the one way in which a job ends.
  void Done(FetchJobPtr job, FetchResult result);

  // Of the thread.
  void Run();
  // TakeInbox is false once the fetcher is to stop.
  bool TakeInbox();
  void TakeExpired();
  void StartNext();
  void CancelNow(uint64_t id);
  // Follow sends a redirected job on. If it ends here it returns false, and *result says
  // how.
  bool Follow(FetchJobPtr& job, const std::string& redirect, FetchResult* result);
  // Finish ends a job that was started.
  void Finish(FetchJobPtr job, FetchResult result);
  void Shut();

  const HttpFetcherOptions options_;
  const Clock* const clock_;
  std::unique_ptr<CurlMulti> multi_;

  std::atomic<uint64_t> last_id_{0};
  std::atomic<size_t> in_flight_{0};
  std::atomic<uint64_t> failures_{0};

  FetchQueue queue_;  // of the thread

  Mutex mutex_;
  std::vector<FetchJobPtr> inbox_ POSTERN_GUARDED_BY(mutex_);
  std::vector<uint64_t> cancelled_ POSTERN_GUARDED_BY(mutex_);
  bool stopping_ POSTERN_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_CURL_FETCHER_H_
