// What may be fetched at all: options, requests and redirects, before anything is sent. For
// implementations of HttpFetcher. Pure.
#ifndef POSTERN_SERVER_IO_HTTP_FETCH_CHECKS_H_
#define POSTERN_SERVER_IO_HTTP_FETCH_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "server/io/http/fetch_queue.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/http/http_url.h"

namespace postern {

// CheckFetcherOptions fails with INVALID_ARGUMENT that names the option and its range.
absl::Status CheckFetcherOptions(const HttpFetcherOptions& options);

// CheckRequest holds what stands in a request beside its URL: values that end up in headers
// have no control characters, sizes are within bounds. On failure, *failure.
bool CheckRequest(const HttpRequest& request, const HttpFetcherOptions& options,
                  FetchResult* failure);

// CheckRedirect says whether the job may go where a reply with this status sends it, and as
// what. On failure *failure is kRedirectRefused or kBlockedAddress.
bool CheckRedirect(const FetchJob& job, int status, const std::string& redirect,
                   const HttpFetcherOptions& options, HttpUrl* to, FetchResult* failure);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_FETCH_CHECKS_H_
