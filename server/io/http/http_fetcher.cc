#include "server/io/http/http_fetcher.h"

#include <cstddef>
#include <utility>

namespace postern {
namespace {

constexpr size_t kLongestDetail = 500;

}  // namespace

const char* FetchFailureName(FetchFailure failure) {
  switch (failure) {
    case FetchFailure::kNone:
      return "none";
    case FetchFailure::kBadUrl:
      return "bad_url";
    case FetchFailure::kBadRequest:
      return "bad_request";
    case FetchFailure::kDisabled:
      return "disabled";
    case FetchFailure::kBlockedAddress:
      return "blocked_address";
    case FetchFailure::kResolve:
      return "resolve";
    case FetchFailure::kConnect:
      return "connect";
    case FetchFailure::kTls:
      return "tls";
    case FetchFailure::kTimeout:
      return "timeout";
    case FetchFailure::kTooLarge:
      return "too_large";
    case FetchFailure::kWrongType:
      return "wrong_type";
    case FetchFailure::kRedirectRefused:
      return "redirect_refused";
    case FetchFailure::kBadReply:
      return "bad_reply";
    case FetchFailure::kResponderDown:
      return "responder_down";
    case FetchFailure::kOverload:
      return "overload";
    case FetchFailure::kCancelled:
      return "cancelled";
    case FetchFailure::kStopping:
      return "stopping";
  }
  return "unknown";
}

FetchResult FailedFetch(FetchFailure failure, std::string detail) {
  if (detail.size() > kLongestDetail) detail.resize(kLongestDetail);
  for (char& c : detail) {
    if (c < ' ' || c >= 0x7f) c = '?';
  }
  FetchResult result;
  result.failure = failure;
  result.detail = std::move(detail);
  return result;
}

}  // namespace postern
