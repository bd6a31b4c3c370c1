// Which request is sent next: bounded, fair between responders, and none to a responder
// that is down. For CurlFetcher; pure, and not thread safe: time is passed in.
#ifndef POSTERN_SERVER_IO_HTTP_FETCH_QUEUE_H_
#define POSTERN_SERVER_IO_HTTP_FETCH_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/revocation/breaker.h"
#include "server/io/http/fetch_outcome.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/http/http_url.h"

namespace postern {

// FetchJob is a request on its way.
struct FetchJob {
  uint64_t id = 0;
  HttpRequest request;
  HttpFetcher::Callback done;
  HttpUrl url;            // where it is asked now: differs from the request's after a redirect
  std::string responder;  // that it counts for: the request's
  int redirects_left = 0;
  bool probe = false;  // of a half-open breaker
};
using FetchJobPtr = std::unique_ptr<FetchJob>;

// FetchQueue lets a request start when a place is free, overall and at its responder.
// Responders take turns. One that is found down fails all that wait for it.
class FetchQueue {
 public:
  // `options` must outlive the queue.
  explicit FetchQueue(const HttpFetcherOptions& options);

  // Add puts a job in line. If it may not wait the job stays the caller's, and the
  // failure is returned: kOverload, kResponderDown or kDisabled.
  std::optional<FetchResult> Add(FetchJobPtr& job, absl::Time now);

  // Next returns the job that is to start now, or null. It holds its places until Finish.
  FetchJobPtr Next(absl::Time now);

  // Finish frees the places of a started job. Returns the jobs that need not wait any
  // more since the responder is down, with the reason in *down.
  std::vector<FetchJobPtr> Finish(const FetchJob& job, FetchOutcome outcome,
                                  absl::Duration keep_away, absl::Time now, FetchResult* down);

  // Remove takes a waiting job out; null if there is none.
  FetchJobPtr Remove(uint64_t id);
  // TakeExpired takes those whose deadline has passed, TakeAll all that wait.
  std::vector<FetchJobPtr> TakeExpired(absl::Time now);
  std::vector<FetchJobPtr> TakeAll();

  // NextDeadline is the earliest of the waiting; the infinite future if none wait.
  absl::Time NextDeadline() const;

  size_t waiting() const { return waiting_; }
  size_t responders() const { return responders_.size(); }

 private:
  struct Responder {
    explicit Responder(const BreakerOptions& options) : breaker(options) {}
    std::deque<FetchJobPtr> waiting;
    size_t active = 0;
    size_t max_active = 0;
    Breaker breaker;
  };
  using Responders = std::map<std::string, Responder>;

  // Find returns the responder's state, new if need be; end() if there is no room.
  Responders::iterator Find(const std::string& name);
  // ForgetIfNew forgets a responder of which there is nothing to remember.
  void ForgetIfNew(Responders::iterator responder);
  // EndEmptyTurns takes those for which nothing waits any more out of turns_.
  void EndEmptyTurns();
  FetchResult Down(Responders::const_iterator responder) const;
  template <typename Predicate>
  std::vector<FetchJobPtr> TakeIf(Predicate predicate);

  const HttpFetcherOptions& options_;
  std::mt19937_64 chance_;
  Responders responders_;
  // Those for which something waits, once each; the front is next.
  std::deque<Responders::iterator> turns_;
  size_t waiting_ = 0;
  size_t active_ = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_FETCH_QUEUE_H_
