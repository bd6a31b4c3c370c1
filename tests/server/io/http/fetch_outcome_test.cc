#include "server/io/http/fetch_outcome.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/http/http_fetcher.h"

namespace postern {
namespace {

FetchResult ReplyOf(int status, std::optional<absl::Duration> retry_after = std::nullopt) {
  FetchResult result;
  result.reply.status = status;
  result.reply.retry_after = retry_after;
  return result;
}

TEST(OutcomeOf, ARepliesStatusTells) {
  for (const int status : {200, 304, 302, 404, 410, 499}) {
    EXPECT_EQ(OutcomeOf(ReplyOf(status)), FetchOutcome::kLives) << status;
  }
  for (const int status : {429, 500, 502, 503, 999}) {
    EXPECT_EQ(OutcomeOf(ReplyOf(status)), FetchOutcome::kFails) << status;
  }
}

struct FailureCase {
  FetchFailure failure;
  FetchOutcome outcome;
};

TEST(OutcomeOf, AFailureCountsIfItIsTheRespondersOwn) {
  for (const FailureCase& one : {
           FailureCase{FetchFailure::kResolve, FetchOutcome::kFails},
           FailureCase{FetchFailure::kConnect, FetchOutcome::kFails},
           FailureCase{FetchFailure::kTls, FetchOutcome::kFails},
           FailureCase{FetchFailure::kTimeout, FetchOutcome::kFails},
           FailureCase{FetchFailure::kBadReply, FetchOutcome::kFails},
           FailureCase{FetchFailure::kTooLarge, FetchOutcome::kLives},
           FailureCase{FetchFailure::kWrongType, FetchOutcome::kLives},
           FailureCase{FetchFailure::kRedirectRefused, FetchOutcome::kLives},
           FailureCase{FetchFailure::kBlockedAddress, FetchOutcome::kNothing},
           FailureCase{FetchFailure::kOverload, FetchOutcome::kNothing},
           FailureCase{FetchFailure::kCancelled, FetchOutcome::kNothing},
           FailureCase{FetchFailure::kStopping, FetchOutcome::kNothing},
       }) {
    EXPECT_EQ(OutcomeOf(FailedFetch(one.failure, "")), one.outcome)
        << FetchFailureName(one.failure);
  }
}

TEST(KeepAwayOf, RetryAfterCountsWithTheStatusesThatMeanIt) {
  EXPECT_EQ(KeepAwayOf(ReplyOf(503, absl::Seconds(7))), absl::Seconds(7));
  EXPECT_EQ(KeepAwayOf(ReplyOf(429, absl::Seconds(7))), absl::Seconds(7));
  EXPECT_EQ(KeepAwayOf(ReplyOf(503)), absl::ZeroDuration());
  EXPECT_EQ(KeepAwayOf(ReplyOf(200, absl::Seconds(7))), absl::ZeroDuration());
}

}  // namespace
}  // namespace postern
