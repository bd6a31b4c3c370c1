#include "server/io/http/fetch_queue.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/http/fetch_outcome.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

HttpFetcherOptions Options() {
  HttpFetcherOptions options;
  options.max_active = 3;
  options.max_active_per_responder = 2;
  options.max_waiting = 8;
  options.max_waiting_per_responder = 4;
  options.max_responders = 3;
  options.breaker.failures = 2;
  options.breaker.first = absl::Seconds(10);
  options.breaker.jitter = 0.5;
  options.seed = 7;
  return options;
}

class FetchQueueTest : public testing::Test {
 protected:
  explicit FetchQueueTest(HttpFetcherOptions options = Options()) : options_(std::move(options)) {}

  // Add puts a job in line and returns what stood against it.
  FetchFailure Add(const std::string& responder, uint64_t id,
                   absl::Time deadline = absl::InfiniteFuture()) {
    auto job = std::make_unique<FetchJob>();
    job->id = id;
    job->responder = responder;
    job->request.deadline = deadline;
    const auto refused = queue_.Add(job, now_);
    EXPECT_EQ(refused.has_value(), job != nullptr);
    return refused ? refused->failure : FetchFailure::kNone;
  }

  // Next starts a job and returns its id, or 0.
  uint64_t Next() {
    FetchJobPtr job = queue_.Next(now_);
    if (job == nullptr) return 0;
    const uint64_t id = job->id;
    active_[id] = std::move(job);
    return id;
  }

  // Finish ends a started job and returns the ids of those that it takes along.
  std::vector<uint64_t> Finish(uint64_t id, FetchOutcome outcome,
                               absl::Duration keep_away = absl::ZeroDuration()) {
    const FetchJobPtr job = std::move(active_[id]);
    active_.erase(id);
    std::vector<uint64_t> ids;
    for (const FetchJobPtr& given_up : queue_.Finish(*job, outcome, keep_away, now_, &down_)) {
      ids.push_back(given_up->id);
    }
    return ids;
  }

  // FailTwice opens the breaker.
  void FailTwice(const std::string& responder) {
    for (const uint64_t id : {901, 902}) {
      ASSERT_EQ(Add(responder, id), FetchFailure::kNone);
      ASSERT_EQ(Next(), id);
      Finish(id, FetchOutcome::kFails);
    }
  }

  HttpFetcherOptions options_;
  absl::Time now_ = kNow;
  FetchQueue queue_{options_};
  std::map<uint64_t, FetchJobPtr> active_;
  FetchResult down_;
};

TEST_F(FetchQueueTest, RespondersTakeTurnsWithinTheirPlaces) {
  for (const uint64_t id : {1, 2, 3, 4}) EXPECT_EQ(Add("a:80", id), FetchFailure::kNone);
  EXPECT_EQ(Add("b:80", 5), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  EXPECT_EQ(Next(), 5U);
  EXPECT_EQ(Next(), 2U);
  EXPECT_EQ(Next(), 0U);  // three are active
  Finish(5, FetchOutcome::kLives);
  EXPECT_EQ(Next(), 0U);  // two are, at a:80
  Finish(1, FetchOutcome::kLives);
  EXPECT_EQ(Next(), 3U);
  EXPECT_EQ(queue_.waiting(), 1U);
}

TEST_F(FetchQueueTest, WaitingIsBoundedForEachAndForAll) {
  for (const uint64_t id : {1, 2, 3, 4}) EXPECT_EQ(Add("a:80", id), FetchFailure::kNone);
  EXPECT_EQ(Add("a:80", 5), FetchFailure::kOverload);
  for (const uint64_t id : {6, 7, 8, 9}) EXPECT_EQ(Add("b:80", id), FetchFailure::kNone);
  EXPECT_EQ(Add("c:80", 10), FetchFailure::kOverload);
}

TEST_F(FetchQueueTest, AResponderThatFailsTakesAlongWhatWaitsForIt) {
  for (const uint64_t id : {1, 2, 3}) EXPECT_EQ(Add("a:80", id), FetchFailure::kNone);
  EXPECT_EQ(Add("b:80", 4), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  EXPECT_EQ(Next(), 4U);
  EXPECT_EQ(Next(), 2U);
  EXPECT_TRUE(Finish(1, FetchOutcome::kFails).empty());
  EXPECT_EQ(Finish(2, FetchOutcome::kFails), std::vector<uint64_t>{3});
  EXPECT_EQ(down_.failure, FetchFailure::kResponderDown);
  EXPECT_GE(down_.retry_at, now_ + absl::Seconds(10));
  EXPECT_LT(down_.retry_at, now_ + absl::Seconds(15));
  EXPECT_EQ(Add("a:80", 5), FetchFailure::kResponderDown);
  EXPECT_EQ(Add("b:80", 6), FetchFailure::kNone);
  EXPECT_EQ(queue_.waiting(), 1U);
}

TEST_F(FetchQueueTest, AfterTheWaitOneProbeGoesAndTheOthersFollowIt) {
  FailTwice("a:80");
  now_ += absl::Seconds(15);
  for (const uint64_t id : {1, 2}) EXPECT_EQ(Add("a:80", id), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  EXPECT_EQ(Next(), 0U);
  EXPECT_EQ(Add("a:80", 3), FetchFailure::kResponderDown);
  Finish(1, FetchOutcome::kNothing);
  EXPECT_EQ(Next(), 2U);
  Finish(2, FetchOutcome::kLives);
  EXPECT_EQ(Add("a:80", 4), FetchFailure::kNone);
  EXPECT_EQ(Next(), 4U);
}

TEST_F(FetchQueueTest, TheSameSeedGivesTheSameWait) {
  FailTwice("a:80");
  FetchResult other_down;
  FetchQueue other(options_);
  for (int i = 0; i < 2; ++i) {
    auto job = std::make_unique<FetchJob>();
    job->responder = "a:80";
    ASSERT_FALSE(other.Add(job, now_));
    other.Finish(*other.Next(now_), FetchOutcome::kFails, absl::ZeroDuration(), now_, &other_down);
  }
  EXPECT_EQ(other_down.retry_at, down_.retry_at);
}

TEST_F(FetchQueueTest, KeepsAwayForAsLongAsTheResponderSays) {
  for (const uint64_t id : {1, 2, 3}) EXPECT_EQ(Add("a:80", id), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  EXPECT_EQ(Finish(1, FetchOutcome::kFails, absl::Seconds(100)), (std::vector<uint64_t>{2, 3}));
  EXPECT_EQ(down_.retry_at, now_ + absl::Seconds(100));
}

TEST_F(FetchQueueTest, WhatFailedIsForgottenBeforeAnythingIsRefusedForRoom) {
  FailTwice("a:80");
  EXPECT_EQ(Add("b:80", 1), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  Finish(1, FetchOutcome::kFails);
  for (const uint64_t id : {2, 3, 4}) {
    EXPECT_EQ(Add(absl::StrCat("new", id, ":80"), id), FetchFailure::kNone) << id;
    EXPECT_LE(queue_.responders(), options_.max_responders);
  }
  EXPECT_EQ(Add("another:80", 5), FetchFailure::kOverload);
}

TEST_F(FetchQueueTest, NothingIsRememberedOfAResponderThatLives) {
  EXPECT_EQ(Add("a:80", 1), FetchFailure::kNone);
  EXPECT_EQ(Next(), 1U);
  Finish(1, FetchOutcome::kLives);
  EXPECT_EQ(Next(), 0U);
  EXPECT_EQ(queue_.responders(), 0U);
}

TEST_F(FetchQueueTest, GivesBackWhoseDeadlineHasPassedAndWhatIsRemoved) {
  EXPECT_EQ(queue_.NextDeadline(), absl::InfiniteFuture());
  EXPECT_EQ(Add("a:80", 1, now_ + absl::Seconds(2)), FetchFailure::kNone);
  EXPECT_EQ(Add("b:80", 2, now_ + absl::Seconds(1)), FetchFailure::kNone);
  EXPECT_EQ(Add("b:80", 3), FetchFailure::kNone);
  EXPECT_EQ(queue_.NextDeadline(), now_ + absl::Seconds(1));
  const std::vector<FetchJobPtr> expired = queue_.TakeExpired(now_ + absl::Seconds(1));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0]->id, 2U);
  ASSERT_NE(queue_.Remove(3), nullptr);
  EXPECT_EQ(queue_.Remove(3), nullptr);
  EXPECT_EQ(queue_.TakeAll().size(), 1U);
  EXPECT_EQ(queue_.waiting(), 0U);
  EXPECT_EQ(Next(), 0U);
}

class FetchQueueOverrideTest : public FetchQueueTest {
 protected:
  static HttpFetcherOptions Overrides() {
    HttpFetcherOptions options = Options();
    options.responders["off:80"].disabled = true;
    options.responders["one:80"].max_active = 1;
    return options;
  }
  FetchQueueOverrideTest() : FetchQueueTest(Overrides()) {}
};

TEST_F(FetchQueueOverrideTest, ARespondersOwnOptionsHold) {
  EXPECT_EQ(Add("off:80", 1), FetchFailure::kDisabled);
  for (const uint64_t id : {2, 3}) EXPECT_EQ(Add("one:80", id), FetchFailure::kNone);
  EXPECT_EQ(Next(), 2U);
  EXPECT_EQ(Next(), 0U);
}

}  // namespace
}  // namespace postern
