// What every RateStore has to do, whatever it remembers in: one suite that runs over each.
// A store's test names how to make one (RateStoreFactory) and instantiates RateStoreSuite.
#ifndef POSTERN_TESTS_SERVER_IO_RATE_RATE_STORE_SUITE_H_
#define POSTERN_TESTS_SERVER_IO_RATE_RATE_STORE_SUITE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"
#include "server/io/rate/rate_store.h"

namespace postern {

// RateStoreUnderTest is a store, and a time that the test moves.
class RateStoreUnderTest {
 public:
  virtual ~RateStoreUnderTest() = default;
  virtual RateStore& store() = 0;
  virtual int64_t now() = 0;
  virtual void Advance(absl::Duration duration) = 0;
};
using RateStoreFactory = std::function<std::unique_ptr<RateStoreUnderTest>()>;

// TestRule is `limit` a `period`, leaky and smoothed; its id is 1.
inline RateRule TestRule(double limit, absl::Duration period) {
  RateRule rule;
  rule.name = "connections";
  rule.limit = limit;
  rule.period = period;
  return rule;
}

inline RateQuestion Ask(const RuleMatcher& rule, absl::string_view client,
                        absl::string_view event_id = "", int id = 1) {
  return {&rule,
          static_cast<RateRuleId>(id),
          rule.SubjectOf(ParseClientAddress(client).value()),
          EventCount(),
          false,
          event_id};
}

// DecideAll waits for the answers, wherever they come from.
inline std::vector<RateAnswer> DecideAll(RateStore& store, int64_t now,
                                         absl::Span<const RateQuestion> questions) {
  class Waiter : public RateWaiter {
   public:
    void OnDecided() override { done.Notify(); }
    absl::Notification done;
  };
  Waiter waiter;
  std::vector<RateAnswer> answers(questions.size());
  if (!store.Decide(questions, now, absl::MakeSpan(answers), &waiter)) {
    waiter.done.WaitForNotification();
  }
  return answers;
}

class RateStoreSuite : public testing::TestWithParam<RateStoreFactory> {
 protected:
  RateStoreSuite() : under_test_(GetParam()()) {}

  RateAnswer Decide(const RateQuestion& question) {
    return DecideAll(under_test_->store(), under_test_->now(), {question}).at(0);
  }
  double Look(RateQuestion question) {
    question.look = true;
    return Decide(question).verdict.rate;
  }
  bool Reset(const RateQuestion& question) {
    absl::Notification done;
    bool there = false;
    under_test_->store().Reset({question.rule_id, question.subject.prefix},
                               [&](absl::StatusOr<bool> result) {
                                 there = result.value();
                                 done.Notify();
                               });
    done.WaitForNotification();
    return there;
  }
  std::string Top(std::optional<RateRuleId> rule, size_t limit) {
    absl::Notification done;
    std::string text;
    under_test_->store().ListTop(
        rule, limit, under_test_->now(), [&](absl::StatusOr<std::vector<RatedKey>> keys) {
          for (const RatedKey& key : keys.value()) {
            absl::StrAppend(&text, key.key.prefix.address.ToString(), "=", key.rate, " ");
          }
          done.Notify();
        });
    done.WaitForNotification();
    return text;
  }

  std::unique_ptr<RateStoreUnderTest> under_test_;
};

TEST_P(RateStoreSuite, CountsTheEventsOfAKey) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(3, absl::Hours(1))).value();
  for (const bool over : {false, false, false, true, true}) {
    EXPECT_EQ(Decide(Ask(rule, "192.0.2.1")).verdict.over, over);
  }
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.2")).verdict.over) << "another client";
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.1", "", 2)).verdict.over) << "another rule";
}

TEST_P(RateStoreSuite, GivesVectorAOfSection1) {
  RateRule made = TestRule(5, absl::Seconds(5));
  made.mode = RateMode::kStrict;
  const RuleMatcher rule = RuleMatcher::Create(made).value();
  for (const double rate : {1.0, 1.856463238, 2.631423222, 3.332636014, 3.967119586, 4.541224063,
                            5.060695275, 5.530732266}) {
    const RateVerdict verdict = Decide(Ask(rule, "192.0.2.1")).verdict;
    EXPECT_NEAR(verdict.rate, rate, 5e-10);
    EXPECT_EQ(verdict.over, rate > 5);
    under_test_->Advance(absl::Milliseconds(500));
  }
}

TEST_P(RateStoreSuite, DecidesABatchAsIfOneEventCameAfterTheOther) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(40, absl::Hours(1))).value();
  std::vector<RateQuestion> questions;
  for (int i = 0; i < 100; ++i) questions.push_back(Ask(rule, i % 2 == 0 ? "::1" : "192.0.2.7"));
  const std::vector<RateAnswer> answers =
      DecideAll(under_test_->store(), under_test_->now(), questions);
  for (size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].verdict.over, i >= 80) << i;
  EXPECT_TRUE(DecideAll(under_test_->store(), under_test_->now(), {}).empty());
}

TEST_P(RateStoreSuite, LooksWithoutCounting) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(3, absl::Hours(1))).value();
  EXPECT_EQ(Look(Ask(rule, "192.0.2.1")), 0);
  Decide(Ask(rule, "192.0.2.1"));
  for (int i = 0; i < 10; ++i) EXPECT_DOUBLE_EQ(Look(Ask(rule, "192.0.2.1")), 1);
  RateQuestion look = Ask(rule, "192.0.2.1", "id");
  look.look = true;
  Decide(look);
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.1", "id")).repeated) << "a look is no event";
}

TEST_P(RateStoreSuite, CountsAnEventThatIsAskedAgainOnceAndAnswersAsBeforeSection1) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(2, absl::Hours(1))).value();
  for (int i = 0; i < 5; ++i) {
    const RateAnswer answer = Decide(Ask(rule, "192.0.2.1", "first"));
    EXPECT_EQ(answer.repeated, i > 0);
    EXPECT_FALSE(answer.verdict.over);
    EXPECT_EQ(answer.verdict.rate, 1);
    EXPECT_EQ(answer.verdict.limit, 2);
    EXPECT_EQ(answer.verdict.period, absl::Hours(1));
  }
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.1", "second")).verdict.over);
  const RateAnswer third = Decide(Ask(rule, "192.0.2.1", "third"));
  EXPECT_TRUE(third.verdict.over);
  under_test_->Advance(absl::Seconds(10));
  const RateAnswer again = Decide(Ask(rule, "192.0.2.1", "third"));
  EXPECT_TRUE(again.repeated);
  EXPECT_TRUE(again.verdict.over);
  EXPECT_NEAR(absl::ToDoubleSeconds(again.verdict.retry_after),
              absl::ToDoubleSeconds(third.verdict.retry_after) - 10, 0.01);
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.9", "first")).repeated) << "an id is of its key";
}

TEST_P(RateStoreSuite, ForgetsTheIdsOfEventsAfterAShortTime) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(5, absl::Hours(1))).value();
  Decide(Ask(rule, "192.0.2.1", "id"));
  under_test_->Advance(absl::Hours(1));
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.1", "id")).repeated);
}

TEST_P(RateStoreSuite, ResetForgetsAKeyAndItsEvents) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(2, absl::Hours(1))).value();
  EXPECT_FALSE(Reset(Ask(rule, "192.0.2.1")));
  for (const char* id : {"1", "2", "3"}) Decide(Ask(rule, "192.0.2.1", id));
  Decide(Ask(rule, "192.0.2.2"));
  EXPECT_TRUE(Reset(Ask(rule, "192.0.2.1")));
  EXPECT_EQ(Look(Ask(rule, "192.0.2.1")), 0);
  EXPECT_DOUBLE_EQ(Look(Ask(rule, "192.0.2.2")), 1);
  const RateAnswer answer = Decide(Ask(rule, "192.0.2.1", "3"));
  EXPECT_FALSE(answer.repeated);
  EXPECT_FALSE(answer.verdict.over) << "it was over before the reset";
}

TEST_P(RateStoreSuite, ListsTheLoudestKeysFirst) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(100, absl::Hours(1))).value();
  const auto events = [&](absl::string_view client, int count, int id) {
    RateQuestion question = Ask(rule, client, "", id);
    question.count = EventCount::Create(count).value();
    Decide(question);
  };
  events("192.0.2.3", 3, 1);
  events("192.0.2.9", 9, 1);
  events("192.0.2.5", 5, 1);
  events("2001:db8::1", 7, 2);
  EXPECT_EQ(Top(static_cast<RateRuleId>(1), 2), "192.0.2.9=9 192.0.2.5=5 ");
  EXPECT_EQ(Top(static_cast<RateRuleId>(2), 10), "2001:db8::=7 ");
  EXPECT_EQ(Top(std::nullopt, 10), "192.0.2.9=9 2001:db8::=7 192.0.2.5=5 192.0.2.3=3 ");
  EXPECT_EQ(Top(std::nullopt, 0), "");
}

TEST_P(RateStoreSuite, KeepsTheHistoryWhenALimitChangesSection2) {
  const RuleMatcher wide = RuleMatcher::Create(TestRule(10, absl::Hours(1))).value();
  const RuleMatcher narrow = RuleMatcher::Create(TestRule(4, absl::Hours(1))).value();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(Decide(Ask(wide, "192.0.2.1")).verdict.over);
  EXPECT_TRUE(Decide(Ask(narrow, "192.0.2.1")).verdict.over);
  EXPECT_FALSE(Decide(Ask(wide, "192.0.2.1")).verdict.over);
}

TEST_P(RateStoreSuite, DecidesByGcraWhereTheRuleSaysSo) {
  RateRule made = TestRule(60, absl::Minutes(1));
  made.algorithm = RateAlgorithm::kGcra;
  made.burst = 2;
  const RuleMatcher rule = RuleMatcher::Create(made).value();
  for (const bool over : {false, false, true}) {
    EXPECT_EQ(Decide(Ask(rule, "192.0.2.1")).verdict.over, over);
  }
  under_test_->Advance(absl::Seconds(1));
  EXPECT_FALSE(Decide(Ask(rule, "192.0.2.1")).verdict.over);
  EXPECT_TRUE(Decide(Ask(rule, "192.0.2.1")).verdict.over);
}

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_IO_RATE_RATE_STORE_SUITE_H_
