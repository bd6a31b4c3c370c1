// A question that several URLs may answer: all of a certificate's responders, or of its
// CRL's distribution points, one after the other (O-14).
#ifndef POSTERN_SERVER_IO_HTTP_FETCH_IN_TURN_H_
#define POSTERN_SERVER_IO_HTTP_FETCH_IN_TURN_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "server/io/http/http_fetcher.h"

namespace postern {

// FetchInTurnJudge says whether a result, of the request with this number, will do. It sees
// failures as well as replies.
using FetchInTurnJudge = std::function<bool(size_t number, const FetchResult& result)>;

// FetchInTurnDone gets the last result, and whether the judge took it. With no requests that
// is kBadRequest.
using FetchInTurnDone = std::function<void(bool taken, FetchResult result)>;

// FetchInTurn makes the requests in their order until one will do; each has its own
// deadline. After kStopping or kCancelled no more are made. `fetcher` must live until `done`
// is called, exactly once; both functions run as HttpFetcher::Callback does.
void FetchInTurn(HttpFetcher& fetcher, std::vector<HttpRequest> requests, FetchInTurnJudge judge,
                 FetchInTurnDone done);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_FETCH_IN_TURN_H_
