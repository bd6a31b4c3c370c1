// What the result of a request says of its responder. For CurlFetcher. Pure.
#ifndef POSTERN_SERVER_IO_HTTP_FETCH_OUTCOME_H_
#define POSTERN_SERVER_IO_HTTP_FETCH_OUTCOME_H_

#include "absl/time/time.h"
#include "server/io/http/http_fetcher.h"

namespace postern {

// FetchOutcome is what a request says of its responder.
enum class FetchOutcome {
  kLives,    // it answered, to whatever end
  kFails,    // it did not, or with a failure of its own: 429 or 5xx
  kNothing,  // the request was given up from this side
};

FetchOutcome OutcomeOf(const FetchResult& result);

// KeepAwayOf is for how long the responder asked to be left alone: Retry-After, which
// counts with 429 and 503 only; else 0.
absl::Duration KeepAwayOf(const FetchResult& result);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_FETCH_OUTCOME_H_
