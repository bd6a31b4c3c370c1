#include "server/io/policy/dns_policy_source.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_resolver.h"

namespace postern {
namespace {

constexpr char kTwoHosts[] =
    "d.test MX[S] 10 mx1.test, 20 mx2.test;"
    "mx1.test A[S] 192.0.2.1; _25._tcp.mx1.test TLSA[S] 3 1 1;"
    "mx2.test A[S] 192.0.2.2; _25._tcp.mx2.test TLSA[S] 3 1 1";

class DnsPolicySourceTest : public testing::Test {
 protected:
  void Find(const std::string& next_hop) {
    PolicyQuestion question;
    question.next_hop = next_hop;
    source_.Find(
        question, 0, [this] { return wanted_; },
        [this](DomainPolicy policy) {
          EXPECT_FALSE(policy_.has_value()) << "called back twice";
          policy_ = std::move(policy);
        });
  }

  FakeClock clock_;
  FakeResolver resolver_{kTwoHosts};
  PolicyRules rules_;
  DnsPolicySource source_{resolver_, clock_, rules_, {}};
  bool wanted_ = true;
  std::optional<DomainPolicy> policy_;
};

TEST_F(DnsPolicySourceTest, GathersFromAResolverThatAnswersAtOnce) {
  Find("d.test");
  ASSERT_TRUE(policy_);
  EXPECT_EQ(policy_->hosts.size(), 2u);
  EXPECT_EQ(policy_->hosts[1].verdict, HostPolicy::Verdict::kDane);
}

TEST_F(DnsPolicySourceTest, AsksEachQuestionOnceAndAddressesBeforeTlsaD36) {
  resolver_.Hold();
  Find("d.test");
  while (resolver_.ReleaseOne()) {
  }
  ASSERT_TRUE(policy_);
  const std::vector<DnsQuestion> asked = resolver_.Asked();
  EXPECT_THAT(asked, testing::ElementsAre(DnsQuestion{"d.test", RrType::kMx},  //
                                          DnsQuestion{"mx1.test", RrType::kA},
                                          DnsQuestion{"mx1.test", RrType::kAaaa},
                                          DnsQuestion{"mx2.test", RrType::kA},
                                          DnsQuestion{"mx2.test", RrType::kAaaa},
                                          DnsQuestion{"_25._tcp.mx1.test", RrType::kTlsa},
                                          DnsQuestion{"_25._tcp.mx2.test", RrType::kTlsa}));
}

TEST_F(DnsPolicySourceTest, AsksNoMoreOnceNobodyWaits) {
  resolver_.Hold();
  Find("d.test");
  wanted_ = false;
  while (resolver_.ReleaseOne()) {
  }
  EXPECT_EQ(resolver_.Asked().size(), 1u);
  ASSERT_TRUE(policy_);
  EXPECT_EQ(policy_->verdict, DomainPolicy::Verdict::kDefer);
  EXPECT_TRUE(absl::StrContains(policy_->detail, "given up"));
  EXPECT_LE(policy_->expire_time, clock_.Now()) << "is not kept";
}

TEST_F(DnsPolicySourceTest, NeedsNoDnsForAnAddressLiteralD25) {
  PolicyQuestion question;
  question.next_hop = "192.0.2.1";
  question.is_address = true;
  source_.Find(
      question, 0, [] { return true; }, [this](const DomainPolicy& policy) { policy_ = policy; });
  ASSERT_TRUE(policy_);
  EXPECT_TRUE(resolver_.Asked().empty());
}

// A resolver that answers each question on a thread of its own.
class ThreadedResolver : public Resolver {
 public:
  explicit ThreadedResolver(absl::string_view records) : records_(records) {}
  ~ThreadedResolver() override { Join(); }

  void Resolve(const DnsQuestion& question, absl::Time, int, Callback done) override {
    MutexLock lock(mutex_);
    threads_.emplace_back([this, question, done = std::move(done)] {
      done(records_.Answer(question, absl::UnixEpoch() + absl::Hours(500'000)));
    });
  }
  ResolverStats Stats() const override { return {}; }

  // Waits for all threads, those begun meanwhile too.
  void Join() {
    for (;;) {
      std::thread thread;
      {
        MutexLock lock(mutex_);
        if (joined_ == threads_.size()) return;
        thread = std::move(threads_[joined_++]);
      }
      thread.join();
    }
  }

 private:
  const DnsRecords records_;
  Mutex mutex_;
  std::vector<std::thread> threads_ POSTERN_GUARDED_BY(mutex_);
  size_t joined_ POSTERN_GUARDED_BY(mutex_) = 0;
};

TEST(DnsPolicySourceThreads, TakeAnswersFromManyThreadsAndCallBackOnce) {
  for (int run = 0; run < 20; ++run) {
    FakeClock clock;
    ThreadedResolver resolver(kTwoHosts);
    PolicyRules rules;
    DnsPolicySource source(resolver, clock, rules, {});
    PolicyQuestion question;
    question.next_hop = "d.test";
    std::atomic<int> called{0};
    source.Find(
        question, 0, [] { return true; },
        [&called](const DomainPolicy& policy) {
          EXPECT_EQ(policy.hosts.size(), 2u);
          ++called;
        });
    resolver.Join();
    EXPECT_EQ(called, 1);
  }
}

}  // namespace
}  // namespace postern
