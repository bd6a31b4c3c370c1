#include "server/io/http/curl_failure.h"

namespace postern {

FetchFailure FailureOf(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return FetchFailure::kTimeout;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return FetchFailure::kResolve;
    case CURLE_URL_MALFORMAT:
      return FetchFailure::kBadUrl;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
      return FetchFailure::kConnect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return FetchFailure::kTls;
    case CURLE_OUT_OF_MEMORY:  // mostly a header line past libcurl's own bound
      return FetchFailure::kTooLarge;
    default:
      return FetchFailure::kBadReply;
  }
}

}  // namespace postern
