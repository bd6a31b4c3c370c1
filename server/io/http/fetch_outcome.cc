#include "server/io/http/fetch_outcome.h"

namespace postern {
namespace {

constexpr int kTooManyRequests = 429;
constexpr int kServerErrors = 500;  // and above
constexpr int kServiceUnavailable = 503;

}  // namespace

FetchOutcome OutcomeOf(const FetchResult& result) {
  const int status = result.reply.status;
  switch (result.failure) {
    case FetchFailure::kNone:
      return status >= kServerErrors || status == kTooManyRequests ? FetchOutcome::kFails
                                                                   : FetchOutcome::kLives;
    case FetchFailure::kResolve:
    case FetchFailure::kConnect:
    case FetchFailure::kTls:
    case FetchFailure::kTimeout:
    case FetchFailure::kBadReply:
      return FetchOutcome::kFails;
    case FetchFailure::kTooLarge:
    case FetchFailure::kWrongType:
    case FetchFailure::kRedirectRefused:
      return FetchOutcome::kLives;
    case FetchFailure::kBadUrl:
    case FetchFailure::kBadRequest:
    case FetchFailure::kDisabled:
    case FetchFailure::kBlockedAddress:
    case FetchFailure::kResponderDown:
    case FetchFailure::kOverload:
    case FetchFailure::kCancelled:
    case FetchFailure::kStopping:
      return FetchOutcome::kNothing;
  }
  return FetchOutcome::kNothing;
}

absl::Duration KeepAwayOf(const FetchResult& result) {
  const int status = result.reply.status;
  if (status != kTooManyRequests && status != kServiceUnavailable) return absl::ZeroDuration();
  return result.reply.retry_after.value_or(absl::ZeroDuration());
}

}  // namespace postern
