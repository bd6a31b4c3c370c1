#include "server/io/dns/resolver_self_test.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/io/dns/resolver.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using Verdict = ResolverSelfTest::Verdict;

// Keeps each question until the test answers it.
class HeldResolver : public Resolver {
 public:
  void Resolve(const DnsQuestion& question, absl::Time deadline, int, Callback done) override {
    questions.push_back(question);
    deadlines.push_back(deadline);
    callback = std::move(done);
  }
  ResolverStats Stats() const override { return {}; }

  void Answer(DnsState state, DnsFailure failure = DnsFailure::kNone) {
    DnsAnswer answer;
    answer.state = state;
    answer.failure = failure;
    answer.detail = "the detail";
    std::exchange(callback, nullptr)(answer);
  }

  std::vector<DnsQuestion> questions;
  std::vector<absl::Time> deadlines;
  Callback callback;
};

class ResolverSelfTestTest : public ::testing::Test {
 protected:
  ResolverSelfTestTest()
      : self_test_(std::make_unique<ResolverSelfTest>(
            &resolver_, ResolverSelfTest::Options(),
            [this](const ResolverSelfTest::State& state) { changes_.push_back(state.verdict); })) {}

  // Ticks when the next question is due for sure, and answers it.
  ResolverSelfTest::State Test(DnsState state, DnsFailure failure = DnsFailure::kNone) {
    now_ += absl::Seconds(60);
    self_test_->Tick(now_);
    resolver_.Answer(state, failure);
    return self_test_->state();
  }

  absl::Time now_ = absl::FromUnixSeconds(1000);
  HeldResolver resolver_;
  std::vector<Verdict> changes_;
  std::unique_ptr<ResolverSelfTest> self_test_;
};

TEST_F(ResolverSelfTestTest, KnowsNothingAtFirst) {
  EXPECT_EQ(self_test_->state().verdict, Verdict::kUnknown);
  EXPECT_FALSE(self_test_->state().may_answer);
}

TEST_F(ResolverSelfTestTest, AsksForTheRootAtOnce) {
  self_test_->Tick(now_);
  EXPECT_THAT(resolver_.questions, ElementsAre(DnsQuestion{".", RrType::kNs}));
  EXPECT_THAT(resolver_.deadlines, ElementsAre(now_ + absl::Seconds(10)));
}

TEST_F(ResolverSelfTestTest, IsValidatingAfterASecureAnswerD1) {
  const auto state = Test(DnsState::kSecure);
  EXPECT_EQ(state.verdict, Verdict::kValidating);
  EXPECT_TRUE(state.may_answer);
  EXPECT_EQ(state.time, now_);
  EXPECT_THAT(changes_, ElementsAre(Verdict::kValidating));
}

TEST_F(ResolverSelfTestTest, IsNotValidatingAfterAnyOtherAnswerD1) {
  for (DnsState answer : {DnsState::kInsecure, DnsState::kBogus, DnsState::kIndeterminate}) {
    Test(DnsState::kSecure);
    const auto state = Test(answer);
    EXPECT_EQ(state.verdict, Verdict::kNotValidating);
    EXPECT_FALSE(state.may_answer);
    EXPECT_THAT(state.detail, HasSubstr(". NS: "));
    EXPECT_THAT(state.detail, HasSubstr("the detail"));
  }
}

TEST_F(ResolverSelfTestTest, MayAnswerThroughAFailureAfterASuccess) {
  Test(DnsState::kSecure);
  const auto state = Test(DnsState::kFailed, DnsFailure::kTimeout);
  EXPECT_EQ(state.verdict, Verdict::kUnreachable);
  EXPECT_TRUE(state.may_answer);
  EXPECT_FALSE(Test(DnsState::kInsecure).may_answer);
  EXPECT_FALSE(Test(DnsState::kFailed, DnsFailure::kTimeout).may_answer);
  EXPECT_THAT(changes_, ElementsAre(Verdict::kValidating, Verdict::kUnreachable,
                                    Verdict::kNotValidating, Verdict::kUnreachable));
}

TEST_F(ResolverSelfTestTest, MayNotAnswerBeforeTheFirstSuccess) {
  const auto state = Test(DnsState::kFailed, DnsFailure::kRcode);
  EXPECT_EQ(state.verdict, Verdict::kUnreachable);
  EXPECT_FALSE(state.may_answer);
}

TEST_F(ResolverSelfTestTest, LearnsNothingFromAnOverload) {
  Test(DnsState::kSecure);
  EXPECT_EQ(Test(DnsState::kFailed, DnsFailure::kOverload).verdict, Verdict::kValidating);
  self_test_->Tick(now_ + absl::Seconds(2));
  EXPECT_THAT(resolver_.questions, SizeIs(3));
}

TEST_F(ResolverSelfTestTest, AsksEveryTwoSecondsUntilASuccessThenEveryMinute) {
  self_test_->Tick(now_);
  resolver_.Answer(DnsState::kFailed, DnsFailure::kTimeout);
  self_test_->Tick(now_ + absl::Milliseconds(1999));
  EXPECT_THAT(resolver_.questions, SizeIs(1));
  self_test_->Tick(now_ + absl::Seconds(2));
  EXPECT_THAT(resolver_.questions, SizeIs(2));
  resolver_.Answer(DnsState::kSecure);
  self_test_->Tick(now_ + absl::Seconds(61));
  EXPECT_THAT(resolver_.questions, SizeIs(2));
  self_test_->Tick(now_ + absl::Seconds(62));
  EXPECT_THAT(resolver_.questions, SizeIs(3));
}

TEST_F(ResolverSelfTestTest, HasOneQuestionPendingAtATime) {
  self_test_->Tick(now_);
  self_test_->Tick(now_ + absl::Hours(1));
  EXPECT_THAT(resolver_.questions, SizeIs(1));
}

TEST_F(ResolverSelfTestTest, TellsOnlyOfChanges) {
  Test(DnsState::kSecure);
  Test(DnsState::kSecure);
  EXPECT_THAT(changes_, SizeIs(1));
}

TEST_F(ResolverSelfTestTest, IsSilentAfterItsDestruction) {
  self_test_->Tick(now_);
  self_test_.reset();
  resolver_.Answer(DnsState::kSecure);
  EXPECT_THAT(changes_, SizeIs(0));
}

TEST_F(ResolverSelfTestTest, IsReadWhileAnAnswerComes) {
  std::atomic<bool> stop{false};
  std::thread reader([this, &stop] {
    while (!stop.load()) self_test_->state();
  });
  for (int i = 0; i < 100; ++i) Test(i % 2 == 0 ? DnsState::kSecure : DnsState::kInsecure);
  stop.store(true);
  reader.join();
  EXPECT_THAT(changes_, SizeIs(100));
}

}  // namespace
}  // namespace postern
