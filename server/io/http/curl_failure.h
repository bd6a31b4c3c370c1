// libcurl's errors in our words.
#ifndef POSTERN_SERVER_IO_HTTP_CURL_FAILURE_H_
#define POSTERN_SERVER_IO_HTTP_CURL_FAILURE_H_

#include <curl/curl.h>

#include "server/io/http/http_fetcher.h"

namespace postern {

// FailureOf sorts an error of a transfer, not CURLE_OK.
FetchFailure FailureOf(CURLcode code);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_CURL_FAILURE_H_
