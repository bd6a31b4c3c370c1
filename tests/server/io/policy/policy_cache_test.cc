#include "server/io/policy/policy_cache.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/io/mutex.h"
#include "tests/support/fake_clock.h"

namespace postern {
namespace {

// A source that keeps lookups until the test lands them.
class HeldSource : public PolicySource {
 public:
  struct Call {
    PolicyQuestion question;
    int generation = 0;
    StillWanted still_wanted;
    Callback done;
  };

  void Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
            Callback done) override {
    MutexLock lock(mutex_);
    calls_.push_back({question, generation, std::move(still_wanted), std::move(done)});
  }
  size_t count() const {
    MutexLock lock(mutex_);
    return calls_.size();
  }
  Call call(size_t i) const {
    MutexLock lock(mutex_);
    return calls_.at(i);
  }

 private:
  mutable Mutex mutex_;
  std::vector<Call> calls_ POSTERN_GUARDED_BY(mutex_);
};

class TestWaiter : public PolicyWaiter {
 public:
  void OnPolicy(PolicyRef policy) override { policy_ = std::move(policy); }
  bool Cancelled() const override { return cancelled_; }

  std::string policy() const {
    return policy_ == nullptr ? "none" : std::string(policy_->policy());
  }
  bool cancelled_ = false;
  PolicyRef policy_;
};

class PolicyCacheTest : public testing::Test {
 protected:
  PolicyCacheTest() { Make({}); }

  void Make(PolicyCache::Options options) {
    cache_ = std::make_unique<PolicyCache>(
        source_, clock_,
        [](const DomainPolicy& policy) {
          return EncodedPolicy{absl::StrCat("policy:", policy.detail), "trace"};
        },
        options);
  }

  static PolicyQuestion Question(std::string next_hop) {
    PolicyQuestion question;
    question.next_hop = std::move(next_hop);
    return question;
  }

  std::shared_ptr<TestWaiter> Fetch(const PolicyQuestion& question) {
    auto waiter = std::make_shared<TestWaiter>();
    cache_->Fetch(question, waiter);
    return waiter;
  }

  // Lands the i-th lookup with a policy that holds for `ttl`.
  void Land(size_t i, absl::Duration ttl, const std::string& detail = "",
            DomainPolicy::Reason reason = DomainPolicy::Reason::kMxFound) {
    DomainPolicy policy;
    policy.expire_time = clock_.Now() + ttl;
    policy.detail = detail;
    policy.reason = reason;
    source_.call(i).done(policy);
  }

  std::string Lookup(const PolicyQuestion& question) {
    const PolicyRef entry = cache_->Lookup(question, clock_.Now());
    return entry == nullptr ? "none" : std::string(entry->policy());
  }

  FakeClock clock_;
  HeldSource source_;
  std::unique_ptr<PolicyCache> cache_;
};

TEST_F(PolicyCacheTest, KeepsAPolicyUntilTheInstantAtWhichItEnds) {
  Fetch(Question("d.test"));
  Land(0, absl::Seconds(60), "a");
  clock_.Advance(absl::Seconds(60) - absl::Nanoseconds(1));
  EXPECT_EQ(Lookup(Question("d.test")), "policy:a");
  clock_.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(Lookup(Question("d.test")), "none");
}

TEST_F(PolicyCacheTest, GivesButDoesNotKeepWhatHasNoTtlN2) {
  const auto waiter = Fetch(Question("d.test"));
  Land(0, absl::ZeroDuration(), "a");
  EXPECT_EQ(waiter->policy(), "policy:a");
  EXPECT_EQ(Lookup(Question("d.test")), "none");
  EXPECT_EQ(cache_->GetStats().entries, 0u);
}

TEST_F(PolicyCacheTest, LooksUpOnceForAllWhoAskMeanwhile) {
  const auto first = Fetch(Question("d.test"));
  const auto second = Fetch(Question("d.test"));
  const auto other = Fetch(Question("e.test"));
  ASSERT_EQ(source_.count(), 2u);
  Land(0, absl::Seconds(60), "a");
  EXPECT_EQ(first->policy(), "policy:a");
  EXPECT_EQ(second->policy(), "policy:a");
  EXPECT_EQ(other->policy(), "none");
  EXPECT_EQ(cache_->GetStats().misses, 2u);
  EXPECT_EQ(cache_->GetStats().joined, 1u);
}

TEST_F(PolicyCacheTest, KeepsQuestionsApartThatDifferInPortModeOrKind) {
  PolicyQuestion port = Question("d.test");
  port.port = 587;
  PolicyQuestion mode = Question("d.test");
  mode.mode = DaneMode::kMandatory;
  PolicyQuestion off = Question("d.test");
  off.mode = DaneMode::kOff;
  PolicyQuestion relay = Question("d.test");
  relay.is_relay = true;
  for (const PolicyQuestion& question : {Question("d.test"), port, mode, off, relay}) {
    EXPECT_EQ(Lookup(question), "none");
    Fetch(question);
    Land(source_.count() - 1, absl::Seconds(60));
    EXPECT_TRUE(PolicyKeyQuestion(PolicyKey(question)) == question);
  }
  EXPECT_EQ(source_.count(), 5u);
}

TEST_F(PolicyCacheTest, TellsTheLookupWhenNobodyWaitsAnyMore) {
  const auto first = Fetch(Question("d.test"));
  const auto second = Fetch(Question("d.test"));
  const HeldSource::Call call = source_.call(0);
  EXPECT_TRUE(call.still_wanted());
  first->cancelled_ = true;
  EXPECT_TRUE(call.still_wanted());
  second->cancelled_ = true;
  EXPECT_FALSE(call.still_wanted());
}

TEST_F(PolicyCacheTest, BeginsAnewForWhoComesAfterALookupWasGivenUp) {
  const auto gone = Fetch(Question("d.test"));
  gone->cancelled_ = true;
  EXPECT_FALSE(source_.call(0).still_wanted());
  const auto late = Fetch(Question("d.test"));
  ASSERT_EQ(source_.count(), 2u);
  Land(0, absl::ZeroDuration(), "given up");
  EXPECT_EQ(late->policy(), "none");
  Land(1, absl::Seconds(60), "a");
  EXPECT_EQ(late->policy(), "policy:a");
}

TEST_F(PolicyCacheTest, RenewsInTimeWhatIsAskedOftenInTheOtherGeneration) {
  Fetch(Question("d.test"));
  Land(0, absl::Seconds(100), "a");
  Lookup(Question("d.test"));
  clock_.Advance(absl::Seconds(90));
  EXPECT_EQ(Lookup(Question("d.test")), "policy:a");
  ASSERT_EQ(source_.count(), 2u);
  EXPECT_EQ(source_.call(1).generation, source_.call(0).generation + 1);
  EXPECT_TRUE(source_.call(1).still_wanted()) << "though nobody waits";
  Lookup(Question("d.test"));
  EXPECT_EQ(source_.count(), 2u) << "once";
  Land(1, absl::Seconds(100), "b");
  EXPECT_EQ(Lookup(Question("d.test")), "policy:b");
}

TEST_F(PolicyCacheTest, RenewsLaterWhatCouldNotBeRenewedForWantOfRoom) {
  PolicyCache::Options options;
  options.max_refreshes = 1;
  Make(options);
  for (const char* name : {"a.test", "b.test"}) {
    Fetch(Question(name));
    Land(source_.count() - 1, absl::Seconds(100));
    Lookup(Question(name));
  }
  clock_.Advance(absl::Seconds(90));
  Lookup(Question("a.test"));
  Lookup(Question("b.test"));
  ASSERT_EQ(source_.count(), 3u) << "only one at a time";
  Land(2, absl::Seconds(100));
  Lookup(Question("b.test"));
  ASSERT_EQ(source_.count(), 4u);
  EXPECT_EQ(source_.call(3).question.next_hop, "b.test");
}

TEST_F(PolicyCacheTest, DoesNotRenewWhatIsAskedRarelyOrLivesShortly) {
  Fetch(Question("rare.test"));
  Land(0, absl::Seconds(100));
  clock_.Advance(absl::Seconds(95));
  Lookup(Question("rare.test"));
  EXPECT_EQ(source_.count(), 1u);
  Fetch(Question("short.test"));
  Land(1, absl::Seconds(9));
  clock_.Advance(absl::Seconds(8));
  Lookup(Question("short.test"));
  Lookup(Question("short.test"));
  EXPECT_EQ(source_.count(), 2u);
}

TEST_F(PolicyCacheTest, KeepsWhatHasNotEndedWhereItsRenewalFails) {
  Fetch(Question("d.test"));
  Land(0, absl::Seconds(100), "a");
  Lookup(Question("d.test"));
  clock_.Advance(absl::Seconds(95));
  Lookup(Question("d.test"));
  Land(1, absl::Seconds(5), "b", DomainPolicy::Reason::kDnsError);
  EXPECT_EQ(Lookup(Question("d.test")), "policy:a");
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(Lookup(Question("d.test")), "none");
}

TEST_F(PolicyCacheTest, PurgesANextHopInAllItsForms) {
  PolicyQuestion relay = Question("d.test");
  relay.is_relay = true;
  for (const PolicyQuestion& question : {Question("d.test"), relay, Question("e.test")}) {
    Fetch(question);
    Land(source_.count() - 1, absl::Seconds(60));
  }
  EXPECT_EQ(cache_->Purge("d.test"), 2u);
  EXPECT_EQ(Lookup(Question("d.test")), "none");
  EXPECT_EQ(Lookup(relay), "none");
  EXPECT_EQ(Lookup(Question("e.test")), "policy:");
  EXPECT_EQ(cache_->PurgeAll(), 1u);
  EXPECT_EQ(cache_->GetStats().bytes, 0u);
}

TEST_F(PolicyCacheTest, DoesNotKeepWhatWasUnderWayWhenItWasPurged) {
  const auto waiter = Fetch(Question("d.test"));
  cache_->Purge("d.test");
  const auto late = Fetch(Question("d.test"));
  ASSERT_EQ(source_.count(), 2u) << "the next question asks again";
  Land(0, absl::Seconds(60), "old");
  EXPECT_EQ(waiter->policy(), "policy:old");
  EXPECT_EQ(late->policy(), "none");
  EXPECT_EQ(Lookup(Question("d.test")), "none");
  Land(1, absl::Seconds(60), "new");
  EXPECT_EQ(late->policy(), "policy:new");
}

TEST_F(PolicyCacheTest, StaysWithinItsBytesAndKeepsWhatIsAskedFor) {
  PolicyCache::Options options;
  options.shards = 1;
  options.max_bytes = 40'000;
  Make(options);
  for (int i = 0; i < 1000; ++i) {
    Fetch(Question(absl::StrCat("d", i, ".test")));
    Land(source_.count() - 1, absl::Seconds(600));
    EXPECT_LE(cache_->GetStats().bytes, 40'000u);
    EXPECT_EQ(Lookup(Question("d0.test")), "policy:");
  }
  const PolicyCache::Stats stats = cache_->GetStats();
  EXPECT_GT(stats.entries, 50u);
  EXPECT_EQ(stats.entries + stats.evictions, 1000u);
}

TEST_F(PolicyCacheTest, TakesNoMoreBytesThanABoundOnAllOfIt) {
  PolicyCache::Options options;
  options.shards = 1;
  options.max_bytes = 10;
  Make(options);
  const auto waiter = Fetch(Question("d.test"));
  Land(0, absl::Seconds(60), "a");
  EXPECT_EQ(waiter->policy(), "policy:a");
  EXPECT_EQ(cache_->GetStats().entries, 0u);
  EXPECT_EQ(cache_->GetStats().bytes, 0u);
}

TEST_F(PolicyCacheTest, GivesButDoesNotKeepWhatTakesMoreThanAnEighthOfItsShard) {
  PolicyCache::Options options;
  options.shards = 1;
  options.max_bytes = 80'000;
  Make(options);
  Fetch(Question("small.test"));
  Land(0, absl::Seconds(60), std::string(9'000, 's'));
  const auto waiter = Fetch(Question("large.test"));
  Land(1, absl::Seconds(60), std::string(10'001, 'l'));
  EXPECT_EQ(waiter->policy().size(), 10'008u);
  EXPECT_EQ(Lookup(Question("large.test")), "none");
  EXPECT_NE(Lookup(Question("small.test")), "none");
}

TEST_F(PolicyCacheTest, ListsWhatHasNotEnded) {
  for (const char* name : {"a.test", "b.test", "c.test"}) {
    Fetch(Question(name));
    Land(source_.count() - 1, absl::Seconds(name[0] == 'a' ? 1 : 60));
  }
  clock_.Advance(absl::Seconds(2));
  EXPECT_EQ(cache_->List("", clock_.Now(), 10).size(), 2u);
  EXPECT_EQ(cache_->List("", clock_.Now(), 1).size(), 1u);
  EXPECT_EQ(cache_->List("a.test", clock_.Now(), 10).size(), 0u);
  const std::vector<PolicyRef> list = cache_->List("b.test", clock_.Now(), 10);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0]->policy_and_trace(), "policy:trace");
  EXPECT_EQ(PolicyKeyNextHop(list[0]->key()), "b.test");
}

// Waits for its policy, which another thread may bring.
class BlockingWaiter : public PolicyWaiter {
 public:
  void OnPolicy(PolicyRef policy) override {
    MutexLock lock(mutex_);
    policy_ = std::move(policy);
    changed_.SignalAll();
  }
  bool Cancelled() const override { return false; }

  PolicyRef Wait() {
    MutexLock lock(mutex_);
    while (policy_ == nullptr) changed_.Wait(mutex_);
    return policy_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  PolicyRef policy_ POSTERN_GUARDED_BY(mutex_);
};

// A source that answers at once.
class InstantSource : public PolicySource {
 public:
  explicit InstantSource(const Clock& clock) : clock_(clock) {}
  void Find(const PolicyQuestion& question, int, StillWanted, Callback done) override {
    DomainPolicy policy;
    policy.detail = question.next_hop;
    policy.expire_time = clock_.Now() + absl::Seconds(60);
    done(policy);
  }

 private:
  const Clock& clock_;
};

TEST(PolicyCacheThreads, AnswerEachQuestionWithItsOwnPolicy) {
  FakeClock clock;
  InstantSource source(clock);
  PolicyCache::Options options;
  options.shards = 4;
  options.max_bytes = 20'000;  // so that entries come and go
  PolicyCache cache(
      source, clock,
      [](const DomainPolicy& policy) {
        return EncodedPolicy{policy.detail, ""};
      },
      options);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, &clock, t] {
      for (int i = 0; i < 2000; ++i) {
        PolicyQuestion question;
        question.next_hop = absl::StrCat("d", (i * (t + 1)) % 200, ".test");
        PolicyRef entry = cache.Lookup(question, clock.Now());
        if (entry == nullptr) {
          auto waiter = std::make_shared<BlockingWaiter>();
          cache.Fetch(question, waiter);
          entry = waiter->Wait();
        }
        EXPECT_EQ(entry->policy(), question.next_hop);
        if (i % 500 == 0) cache.Purge(question.next_hop);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.GetStats().bytes, 20'000u);
}

}  // namespace
}  // namespace postern
