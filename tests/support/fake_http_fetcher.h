// An HttpFetcher that answers what a test has put behind each URL.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_HTTP_FETCHER_H_
#define POSTERN_TESTS_SUPPORT_FAKE_HTTP_FETCHER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/mutex.h"

namespace postern {

// FakeHttpFetcher answers inside Fetch, or, once Hold was called, when the test says so.
// URLs, requests, types and sizes are checked as in the daemon; nothing is resolved, and the
// deadline is not kept: no time passes here. Thread safe.
class FakeHttpFetcher : public HttpFetcher {
 public:
  explicit FakeHttpFetcher(HttpFetcherOptions options = {}) : options_(std::move(options)) {}
  ~FakeHttpFetcher() override;

  uint64_t Fetch(HttpRequest request, Callback done) override;
  void Cancel(uint64_t id) override;
  FetcherStats Stats() const override;

  // Serve puts a result behind a URL, as it is written in requests. What is not served is
  // 404. A reply of 200 becomes 304 where the request has its ETag.
  void Serve(const std::string& url, FetchResult result);

  // Hold keeps further requests waiting for Release.
  void Hold();
  // ReleaseOne answers what has waited longest; false if nothing waits.
  bool ReleaseOne();
  // Release answers all that wait, and what is asked meanwhile, and ends Hold.
  void Release();

  // Asked returns all requests so far, in order.
  std::vector<HttpRequest> Asked() const;

 private:
  struct Waiting {
    uint64_t id = 0;
    HttpRequest request;
    Callback done;
  };

  FetchResult Answer(const HttpRequest& request) const;
  void Done(const Callback& done, FetchResult result);

  const HttpFetcherOptions options_;
  mutable Mutex mutex_;
  std::map<std::string, FetchResult> served_ POSTERN_GUARDED_BY(mutex_);
  bool hold_ POSTERN_GUARDED_BY(mutex_) = false;
  bool stopping_ POSTERN_GUARDED_BY(mutex_) = false;
  uint64_t failures_ POSTERN_GUARDED_BY(mutex_) = 0;
  std::deque<Waiting> waiting_ POSTERN_GUARDED_BY(mutex_);
  std::vector<HttpRequest> asked_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_HTTP_FETCHER_H_
