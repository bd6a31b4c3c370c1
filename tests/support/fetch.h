// Asks a fetcher and waits for the result. For tests.
#ifndef POSTERN_TESTS_SUPPORT_FETCH_H_
#define POSTERN_TESTS_SUPPORT_FETCH_H_

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "server/io/http/http_fetcher.h"

namespace postern {

// PendingFetch is a request whose result is ready when the callback has run. A second call
// of the callback throws, and ends the test.
struct PendingFetch {
  uint64_t id = 0;
  std::future<FetchResult> result;
};

inline PendingFetch FetchLater(HttpFetcher& fetcher, HttpRequest request) {
  auto promise = std::make_shared<std::promise<FetchResult>>();
  PendingFetch pending;
  pending.result = promise->get_future();
  pending.id = fetcher.Fetch(
      std::move(request), [promise](FetchResult result) { promise->set_value(std::move(result)); });
  return pending;
}

inline FetchResult FetchNow(HttpFetcher& fetcher, HttpRequest request) {
  return FetchLater(fetcher, std::move(request)).result.get();
}

// GetOf is a plain GET.
inline HttpRequest GetOf(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FETCH_H_
