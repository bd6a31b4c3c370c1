#include "server/io/rate/memory_rate_store.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/sip_hash.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_snapshot.h"
#include "server/core/rate/rate_verdict.h"
#include "server/io/rate/rate_rule_ids.h"
#include "server/io/rate/rate_store.h"
#include "tests/server/io/rate/rate_store_suite.h"

namespace postern {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define POSTERN_SANITIZED 1
#endif
#endif
#ifdef POSTERN_SANITIZED
constexpr size_t kCapacity = 20'000;
#else
constexpr size_t kCapacity = 1'000'000;
#endif

std::unique_ptr<MemoryRateStore> MakeStore(size_t capacity) {
  MemoryRateStore::Options options;
  options.capacity = capacity;
  options.hash_key = SipKey{1, 2};
  return MemoryRateStore::Create(options).value();
}

class MemoryStoreUnderTest : public RateStoreUnderTest {
 public:
  RateStore& store() override { return *store_; }
  int64_t now() override { return now_; }
  void Advance(absl::Duration duration) override { now_ += absl::ToInt64Nanoseconds(duration); }

 private:
  std::unique_ptr<MemoryRateStore> store_ = MakeStore(1000);
  int64_t now_ = 5'000'000'000;
};

INSTANTIATE_TEST_SUITE_P(MemoryRateStore, RateStoreSuite, testing::Values(RateStoreFactory([] {
                           return std::make_unique<MemoryStoreUnderTest>();
                         })));

constexpr int64_t kSecond = 1'000'000'000;

class MemoryRateStoreTest : public testing::Test {
 protected:
  static IpAddress Address(uint64_t number) {
    const std::array<uint8_t, 4> octets = {
        static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
        static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
    return Ipv4FromOctets(octets.data());
  }
  static RateQuestion Question(const RuleMatcher& rule, uint64_t client) {
    RateQuestion question = Ask(rule, "0.0.0.0");
    question.subject.prefix.address = Address(client);
    return question;
  }
  static RateVerdict Decide(RateStore& store, int64_t now, const RateQuestion& question) {
    RateAnswer answer;
    EXPECT_TRUE(
        store.Decide(absl::MakeConstSpan(&question, 1), now, absl::MakeSpan(&answer, 1), nullptr));
    return answer.verdict;
  }

  const RuleMatcher rule_ = RuleMatcher::Create(TestRule(20, absl::Hours(1))).value();
};

TEST_F(MemoryRateStoreTest, RefusesOptionsByName) {
  MemoryRateStore::Options options;
  options.capacity = 999;
  EXPECT_EQ(MemoryRateStore::Create(options).status().message(),
            "capacity is 999; it has to be 1000 to 500000000 keys");
  options.capacity = 1000;
  options.event_memory = absl::ZeroDuration();
  EXPECT_EQ(MemoryRateStore::Create(options).status().message(),
            "event_memory is 0; it has to be 1s to 1h");
  options.event_memory = absl::Minutes(1);
  EXPECT_TRUE(MemoryRateStore::Create(options).ok()) << "with a random key of its hash";
}

TEST_F(MemoryRateStoreTest, TakesAtMost40BytesAKeyAllTold) {
  for (const size_t capacity : {size_t{1000}, size_t{8191}, size_t{20'000}, kCapacity}) {
    const auto store = MakeStore(capacity);
    Decide(*store, 0, Question(rule_, 1));
    EXPECT_LE(store->GetStats().bytes, 40 * capacity) << capacity;
    EXPECT_GE(store->GetStats().capacity, capacity * 95 / 100) << capacity;
  }
}

// Strict and leaky are let off alike if their entry goes; both are asked on the way.
TEST_F(MemoryRateStoreTest, LetsNoLoudClientOffForTenTimesAsManyAddressesAsItHolds) {
  RateRule strict = TestRule(20, absl::Hours(1));
  strict.mode = RateMode::kStrict;
  const RuleMatcher strict_rule = RuleMatcher::Create(strict).value();
  const auto store = MakeStore(kCapacity);
  const RateQuestion loud = Question(strict_rule, 0xffffffff);
  const RateQuestion leaky = Question(rule_, 0xfffffffe);
  for (int i = 0; i < 25; ++i) {
    Decide(*store, 0, loud);
    Decide(*store, 0, leaky);
  }
  int64_t now = 0;
  for (uint64_t i = 0; i < 10 * kCapacity; ++i) {
    Decide(*store, now += 1000, Question(rule_, i));
    if (i % kCapacity == 0) {
      RateQuestion look = loud;
      look.look = true;
      ASSERT_TRUE(Decide(*store, now, look).over) << i;
    }
  }
  EXPECT_TRUE(Decide(*store, now, loud).over);
  RateQuestion look = leaky;
  look.look = true;
  EXPECT_GT(Decide(*store, now, look).rate, 19);
  const MemoryRateStore::Stats stats = store->GetStats();
  EXPECT_GE(stats.evicted_unspent, 8 * kCapacity) << "each is counted";
  EXPECT_EQ(stats.entries + stats.evicted_unspent + stats.evicted_spent, 10 * kCapacity + 2);
}

TEST_F(MemoryRateStoreTest, MakesRoomOfWhatNobodyWouldMissFirst) {
  const auto store = MakeStore(kCapacity / 10);
  const uint64_t clients = kCapacity / 20;  // the old ones and the new ones have room together
  for (uint64_t i = 0; i < clients; ++i) Decide(*store, 0, Question(rule_, i));
  EXPECT_EQ(store->GetStats().evicted_unspent, 0u);
  const int64_t later = 3601 * kSecond;
  for (uint64_t round = 1; round < 5; ++round) {
    const int64_t now = static_cast<int64_t>(round) * later;
    for (uint64_t i = 0; i < clients; ++i) {
      Decide(*store, now, Question(rule_, round << 24 | i));
    }
  }
  const MemoryRateStore::Stats stats = store->GetStats();
  EXPECT_EQ(stats.evicted_unspent, 0u);
  EXPECT_GT(stats.evicted_spent, clients);
}

TEST_F(MemoryRateStoreTest, HoldsNearlyAllKeysOfAFullTable) {
  const auto store = MakeStore(kCapacity);
  for (uint64_t i = 0; i < kCapacity; ++i) {
    if (i == kCapacity * 8 / 10) EXPECT_LE(store->GetStats().evicted_unspent, i / 10'000);
    Decide(*store, 0, Question(rule_, i));
  }
  EXPECT_LE(store->GetStats().evicted_unspent, kCapacity / 50);
  EXPECT_GE(store->GetStats().entries, kCapacity - kCapacity / 50);
}

// Property: beside keys that come and go, a store decides as a state of its own would.
TEST_F(MemoryRateStoreTest, DecidesAsTheCoreDoesForAnyEvents) {
  std::mt19937_64 random(1);
  for (const RateAlgorithm algorithm : {RateAlgorithm::kSmoothed, RateAlgorithm::kGcra}) {
    for (const RateMode mode : {RateMode::kLeaky, RateMode::kStrict}) {
      RateRule made = TestRule(5, absl::Minutes(1));
      made.algorithm = algorithm;
      made.mode = mode;
      const RuleMatcher rule = RuleMatcher::Create(made).value();
      const auto store = MakeStore(1000);
      std::array<RateState, 300> states;
      int64_t now = 0;
      for (int i = 0; i < 30'000; ++i) {
        now += static_cast<int64_t>(random() % (kSecond / 10));
        const size_t client = random() % states.size();
        RateQuestion question = Question(rule, client);
        question.count = EventCount::Create(1 + static_cast<double>(random() % 4) / 2).value();
        const RateOutcome expected =
            rule.Decide(question.subject, mode, question.count, now, states[client]);
        if (expected.store) states[client] = expected.next;
        const RateVerdict verdict = Decide(*store, now, question);
        ASSERT_EQ(verdict.rate, expected.verdict.rate);
        ASSERT_EQ(verdict.over, expected.verdict.over);
        ASSERT_EQ(verdict.retry_after, expected.verdict.retry_after);
      }
    }
  }
}

TEST_F(MemoryRateStoreTest, DoesNotGoBackInTimeWhereCallsOvertakeEachOther) {
  const auto store = MakeStore(1000);
  RateStore& both = *store;
  Decide(both, 10 * kSecond, Question(rule_, 1));
  EXPECT_NEAR(Decide(both, 5 * kSecond, Question(rule_, 1)).rate, 2, 1e-9);
  const double rate = Decide(both, 10 * kSecond, Question(rule_, 1)).rate;
  EXPECT_NEAR(rate, 3, 1e-9) << "all three at the same moment";
}

TEST_F(MemoryRateStoreTest, LosesNoDecisionOnConcurrentThreads) {
  const RuleMatcher rule = RuleMatcher::Create(TestRule(100, absl::Hours(24))).value();
  const auto store = MakeStore(20'000);
  std::array<int, 4> admitted = {};
  std::vector<std::thread> threads;
  for (int& count : admitted) {
    threads.emplace_back([&] {
      std::vector<RateQuestion> batch;
      for (uint64_t client = 0; client < 50; ++client) batch.push_back(Question(rule, client));
      std::vector<RateAnswer> answers(batch.size());
      std::vector<std::string> ids;
      for (size_t i = 0; i < batch.size(); ++i) ids.push_back(absl::StrCat(i));
      for (int round = 0; round < 100; ++round) {
        // All threads ask about the same event first, in each round.
        for (size_t i = 0; i < batch.size(); ++i) {
          ids[i] = absl::StrCat(round);
          batch[i].event_id = ids[i];
        }
        store->Decide(batch, 0, absl::MakeSpan(answers), nullptr);
        for (RateQuestion& question : batch) question.event_id = "";
        store->Decide(batch, 0, absl::MakeSpan(answers), nullptr);
        for (const RateAnswer& answer : answers) count += answer.verdict.over ? 0 : 1;
        if (round == 50) store->GetStats();
        if (round == 60)
          store->ListTop(std::nullopt, 10, 0,
                         [](const auto& keys) { EXPECT_EQ(keys->size(), 10u); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const MemoryRateStore::Stats stats = store->GetStats();
  EXPECT_EQ(stats.entries, 50u);
  EXPECT_EQ(stats.repeated_events, 50u * 100 * 3) << "each event was counted by one of four";
  // Each client has 100: the events with ids, 100 at most, and what is left of it for others.
  int all = 0;
  for (const int some : admitted) all += some;
  EXPECT_GT(all, 0);
  EXPECT_LE(all, 50 * 100);
  RateQuestion look = Question(rule, 7);
  look.look = true;
  EXPECT_NEAR(Decide(*store, 0, look).rate, 100, 1e-9) << "no event is lost, and none too many";
}

TEST_F(MemoryRateStoreTest, RemembersOverARestartWhatTimeHasLeft) {
  RateRuleIds ids;
  EXPECT_EQ(ids.IdOf("connections").value(), static_cast<RateRuleId>(1));
  const absl::Time saved = absl::FromUnixSeconds(1'800'000'000);
  const auto before = MakeStore(1000);
  for (int i = 0; i < 10; ++i) Decide(*before, 70 * kSecond, Question(rule_, 1));
  Decide(*before, 5000 * kSecond, Question(rule_, 2));
  RateQuestion other = Question(rule_, 3);
  other.rule_id = ids.IdOf("other").value();
  Decide(*before, 5000 * kSecond, other);
  const RateSnapshot snapshot = before->Save(ids, 5000 * kSecond, saved);
  ASSERT_EQ(snapshot.keys.size(), 3u);

  RateRuleIds new_ids;  // where "other" is no rule, and the numbers are others
  new_ids.IdOf("first").value();
  const RateRuleId id = new_ids.IdOf("connections").value();
  const auto after = MakeStore(2000);
  // The machine was started again: its clock begins anew.
  EXPECT_EQ(after->Restore(snapshot, new_ids, 3 * kSecond, saved + absl::Seconds(100)), 1u);
  for (const uint64_t client : {1, 2}) {
    RateQuestion look = Question(rule_, client);
    look.look = true;
    const double expected = Decide(*before, 5100 * kSecond, look).rate;
    look.rule_id = id;
    EXPECT_DOUBLE_EQ(Decide(*after, 3 * kSecond, look).rate, expected) << client;
  }
  const auto late = MakeStore(1000);
  EXPECT_EQ(late->Restore(snapshot, ids, 0, saved + absl::Hours(10'000'000)), 3u) << "all spent";
  EXPECT_EQ(late->GetStats().entries, 0u);
  const auto early = MakeStore(1000);
  EXPECT_EQ(early->Restore(snapshot, ids, 0, saved - absl::Hours(5)), 0u)
      << "where the clock went back no time has passed";
}

TEST_F(MemoryRateStoreTest, SavesNothingThatItWouldNotReadHoweverOldItIs) {
  RateRuleIds ids;
  EXPECT_TRUE(ids.IdOf("connections").ok());
  RateSnapshot old;
  old.time = absl::FromUnixSeconds(-1'000'000'000'000);
  old.rules = {{"connections", RateAlgorithm::kGcra, absl::Hours(1)}};
  // A bucket that never runs out.
  old.keys = {{0, Question(rule_, 1).subject.prefix, 0, kMaxRateAge, 1}};
  const auto store = MakeStore(1000);
  EXPECT_EQ(store->Restore(old, ids, kSecond, absl::FromUnixSeconds(0)), 0u);
  const RateSnapshot saved = store->Save(ids, kSecond, absl::FromUnixSeconds(0));
  EXPECT_EQ(ReadRateSnapshot(WriteRateSnapshot(saved)).value().keys.size(), 1u);
}

}  // namespace
}  // namespace postern
