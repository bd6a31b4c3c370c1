#include "server/io/dns/fresh_resolver.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"
#include "server/io/dns/resolver_self_test.h"
#include "tests/support/ask.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Verdict = ResolverSelfTest::Verdict;

// Answers secure, but "held.test", which it answers when it is destroyed.
class OneResolver : public Resolver {
 public:
  explicit OneResolver(std::vector<std::string>* asked) : asked_(asked) {}
  ~OneResolver() override {
    if (held_ == nullptr) return;
    DnsAnswer answer;
    answer.failure = DnsFailure::kOverload;
    held_(answer);
  }

  void Resolve(const DnsQuestion& question, absl::Time, int, Callback done) override {
    asked_->push_back(question.name);
    if (question.name == "held.test") {
      held_ = std::move(done);
      return;
    }
    DnsAnswer answer;
    answer.state = DnsState::kSecure;
    done(answer);
  }
  ResolverStats Stats() const override {
    ResolverStats stats;
    stats.threads = 1;
    return stats;
  }

 private:
  std::vector<std::string>* const asked_;
  Callback held_;
};

class FreshResolverTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Resolver>> Make() {
    if (!status_.ok()) return status_;
    ++made_;
    return std::make_unique<OneResolver>(&asked_);
  }

  absl::Status status_;  // of the making of the next ones
  int made_ = 0;
  std::vector<std::string> asked_;
  FreshResolver resolver_{[this] { return Make(); }};
};

TEST_F(FreshResolverTest, MakesAResolverForEachQuestion) {
  EXPECT_EQ(resolver_.Stats().threads, 0u);
  EXPECT_TRUE(Ask(resolver_, ".", RrType::kNs).Secure());
  EXPECT_TRUE(Ask(resolver_, "a.test", RrType::kNs).Secure());
  EXPECT_EQ(made_, 2);
  EXPECT_THAT(asked_, ElementsAre(".", "a.test"));
  EXPECT_EQ(resolver_.Stats().threads, 1u);
}

TEST_F(FreshResolverTest, EndsWhatIsUnderWayWhenTheNextQuestionComes) {
  auto held = AskLater(resolver_, "held.test", RrType::kNs);
  EXPECT_TRUE(Ask(resolver_, ".", RrType::kNs).Secure());
  EXPECT_EQ(held.get().failure, DnsFailure::kOverload);
}

TEST_F(FreshResolverTest, AnswersKFailedAndTellsWhyWhereNoneCanBeMade) {
  status_ = absl::ResourceExhaustedError("no event loop");
  const DnsAnswer answer = Ask(resolver_, ".", RrType::kNs);
  EXPECT_EQ(answer.state, DnsState::kFailed);
  EXPECT_EQ(answer.canonical_name, ".");
  EXPECT_EQ(answer.detail, "no event loop");
}

// The last resolver is not asked in its stead: it would answer from its memory.
TEST_F(FreshResolverTest, AsksNoOldResolverWhereNoneCanBeMade) {
  EXPECT_TRUE(Ask(resolver_, ".", RrType::kNs).Secure());
  status_ = absl::InternalError("no memory");
  EXPECT_EQ(Ask(resolver_, ".", RrType::kNs).state, DnsState::kFailed);
  EXPECT_THAT(asked_, ElementsAre("."));
}

class SelfTestOfFreshResolver : public FreshResolverTest {
 protected:
  ResolverSelfTest::State Test() {
    now_ += absl::Seconds(60);
    self_test_.Tick(now_);
    return self_test_.state();
  }

  absl::Time now_ = absl::FromUnixSeconds(1000);
  std::vector<Verdict> changes_;
  ResolverSelfTest self_test_{&resolver_, {}, [this](const ResolverSelfTest::State& state) {
                                changes_.push_back(state.verdict);
                              }};
};

TEST_F(SelfTestOfFreshResolver, IsUnreachableAndMayNotAnswerWhereNoneCanBeMadeD1) {
  status_ = absl::ResourceExhaustedError("no event loop");
  for (int i = 0; i < 3; ++i) {
    const ResolverSelfTest::State state = Test();
    EXPECT_EQ(state.verdict, Verdict::kUnreachable);
    EXPECT_FALSE(state.may_answer);
    EXPECT_THAT(state.detail, HasSubstr("no event loop"));
  }
  EXPECT_THAT(changes_, ElementsAre(Verdict::kUnreachable)) << "never validating";
}

TEST_F(SelfTestOfFreshResolver, IsUnreachableAfterASuccessToo) {
  EXPECT_EQ(Test().verdict, Verdict::kValidating);
  status_ = absl::InternalError("no memory");
  EXPECT_EQ(Test().verdict, Verdict::kUnreachable);
  status_ = absl::OkStatus();
  EXPECT_EQ(Test().verdict, Verdict::kValidating);
  EXPECT_THAT(changes_,
              ElementsAre(Verdict::kValidating, Verdict::kUnreachable, Verdict::kValidating));
}

}  // namespace
}  // namespace postern
