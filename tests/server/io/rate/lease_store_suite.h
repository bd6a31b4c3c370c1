// What every LeaseStore has to do: one suite that runs over each.
#ifndef POSTERN_TESTS_SERVER_IO_RATE_LEASE_STORE_SUITE_H_
#define POSTERN_TESTS_SERVER_IO_RATE_LEASE_STORE_SUITE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/rate_key.h"
#include "server/io/rate/lease_store.h"

namespace postern {

// LeaseStoreUnderTest is a store, and a time that the test moves.
class LeaseStoreUnderTest {
 public:
  virtual ~LeaseStoreUnderTest() = default;
  virtual LeaseStore& store() = 0;
  virtual int64_t now() = 0;
  virtual void Advance(absl::Duration duration) = 0;
};
using LeaseStoreFactory = std::function<std::unique_ptr<LeaseStoreUnderTest>()>;

class LeaseStoreSuite : public testing::TestWithParam<LeaseStoreFactory> {
 protected:
  using Result = LeaseAnswer::Result;

  LeaseStoreSuite() : under_test_(GetParam()()) {}

  static RateKey Key(absl::string_view client) {
    return {static_cast<RateRuleId>(1), ParseClientPrefix(client).value()};
  }
  template <typename Call>
  LeaseAnswer Wait(const Call& call) {
    absl::Notification called;
    LeaseAnswer answer;
    call([&](const LeaseAnswer& given) {
      answer = given;
      called.Notify();
    });
    called.WaitForNotification();
    return answer;
  }
  LeaseAnswer Acquire(absl::string_view client, absl::string_view id, uint32_t limit = 2) {
    return Wait([&](LeaseStore::Done done) {
      under_test_->store().Acquire({Key(client), id, limit, absl::Seconds(60)}, under_test_->now(),
                                   std::move(done));
    });
  }
  LeaseAnswer Renew(absl::string_view client, absl::string_view id) {
    return Wait([&](LeaseStore::Done done) {
      under_test_->store().Renew({Key(client), id, 0, absl::Seconds(60)}, under_test_->now(),
                                 std::move(done));
    });
  }
  LeaseAnswer Release(absl::string_view client, absl::string_view id) {
    return Wait([&](LeaseStore::Done done) {
      under_test_->store().Release(Key(client), id, under_test_->now(), std::move(done));
    });
  }

  std::unique_ptr<LeaseStoreUnderTest> under_test_;
};

TEST_P(LeaseStoreSuite, GivesAKeyAsManyLeasesAsItMayHave) {
  EXPECT_EQ(Acquire("192.0.2.1", "a").result, Result::kHeld);
  EXPECT_EQ(Acquire("192.0.2.1", "b").held, 2u);
  const LeaseAnswer third = Acquire("192.0.2.1", "c");
  EXPECT_EQ(third.result, Result::kRefused);
  EXPECT_EQ(third.held, 2u);
  EXPECT_EQ(Acquire("192.0.2.2", "c").result, Result::kHeld) << "another client";
  EXPECT_EQ(Acquire("192.0.2.3", "c", 0).result, Result::kRefused) << "none are allowed";
}

TEST_P(LeaseStoreSuite, TakesNoneMoreForTheSameId) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Acquire("192.0.2.1", "a").held, 1u);
  Acquire("192.0.2.1", "b");
  const LeaseAnswer answer = Acquire("192.0.2.1", "a", 1);
  EXPECT_EQ(answer.result, Result::kHeld) << "it is held, though the limit was lowered";
  EXPECT_EQ(answer.held, 2u);
}

TEST_P(LeaseStoreSuite, FreesALeaseThatIsReleasedOnce) {
  Acquire("192.0.2.1", "a");
  Acquire("192.0.2.1", "b");
  const LeaseAnswer released = Release("192.0.2.1", "a");
  EXPECT_EQ(released.result, Result::kHeld);
  EXPECT_EQ(released.held, 1u);
  EXPECT_EQ(Release("192.0.2.1", "a").result, Result::kGone);
  EXPECT_EQ(Release("192.0.2.9", "a").result, Result::kGone);
  EXPECT_EQ(Acquire("192.0.2.1", "c").result, Result::kHeld);
  EXPECT_EQ(Acquire("192.0.2.1", "d").result, Result::kRefused);
}

TEST_P(LeaseStoreSuite, FreesTheLeasesOfAHolderThatDied) {
  Acquire("192.0.2.1", "a");
  under_test_->Advance(absl::Seconds(30));
  Acquire("192.0.2.1", "b");
  under_test_->Advance(absl::Seconds(31));
  EXPECT_EQ(Renew("192.0.2.1", "a").result, Result::kGone);
  const LeaseAnswer answer = Acquire("192.0.2.1", "c");
  EXPECT_EQ(answer.result, Result::kHeld);
  EXPECT_EQ(answer.held, 2u);
}

TEST_P(LeaseStoreSuite, KeepsALeaseThatIsRenewed) {
  Acquire("192.0.2.1", "a", 1);
  for (int i = 0; i < 5; ++i) {
    under_test_->Advance(absl::Seconds(40));
    EXPECT_EQ(Renew("192.0.2.1", "a").result, Result::kHeld);
    EXPECT_EQ(Acquire("192.0.2.1", "b", 1).result, Result::kRefused);
  }
  EXPECT_EQ(Renew("192.0.2.1", "b").result, Result::kGone) << "renewing takes none";
}

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_IO_RATE_LEASE_STORE_SUITE_H_
