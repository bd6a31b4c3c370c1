#include "server/io/rate/memory_lease_store.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/sip_hash.h"
#include "server/core/rate/rate_key.h"
#include "server/io/rate/lease_store.h"
#include "tests/server/io/rate/lease_store_suite.h"

namespace postern {
namespace {

class MemoryLeaseStoreUnderTest : public LeaseStoreUnderTest {
 public:
  LeaseStore& store() override { return store_; }
  int64_t now() override { return now_; }
  void Advance(absl::Duration duration) override { now_ += absl::ToInt64Nanoseconds(duration); }

 private:
  MemoryLeaseStore store_{1000, SipKey{1, 2}};
  int64_t now_ = 1'000'000'000;
};

INSTANTIATE_TEST_SUITE_P(MemoryLeaseStore, LeaseStoreSuite, testing::Values(LeaseStoreFactory([] {
                           return std::make_unique<MemoryLeaseStoreUnderTest>();
                         })));

RateKey Key(uint8_t client) {
  const uint8_t octets[4] = {192, 0, 2, client};
  return {static_cast<RateRuleId>(1), {Ipv4FromOctets(octets), 32}};
}

LeaseAnswer Acquire(MemoryLeaseStore& store, const RateKey& key, const std::string& id,
                    uint32_t limit, int64_t now) {
  LeaseAnswer answer;
  store.Acquire({key, id, limit, absl::Seconds(60)}, now,
                [&](const LeaseAnswer& given) { answer = given; });
  return answer;
}

TEST(MemoryLeaseStore, HasRoomForSoManyAndMakesItOfWhatEnded) {
  MemoryLeaseStore store(160, SipKey{1, 2});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(Acquire(store, Key(1), absl::StrCat(i), 100, 0).result, LeaseAnswer::Result::kHeld);
  }
  EXPECT_EQ(Acquire(store, Key(1), "more", 100, 0).result, LeaseAnswer::Result::kNoRoom);
  EXPECT_EQ(Acquire(store, Key(1), "3", 100, 1).result, LeaseAnswer::Result::kHeld);
  EXPECT_EQ(store.Size(), 10u);
  const int64_t later = 60'000'000'000;
  EXPECT_EQ(Acquire(store, Key(1), "more", 100, later).held, 2u) << "9 have ended";
  EXPECT_EQ(store.Size(), 2u);
}

TEST(MemoryLeaseStore, GivesNeverTooManyOnConcurrentThreads) {
  MemoryLeaseStore store(10'000, SipKey{1, 2});
  std::atomic<int> held{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) {
        const std::string id = absl::StrCat(t, "-", i);
        if (Acquire(store, Key(1), id, 3, 0).result != LeaseAnswer::Result::kHeld) continue;
        EXPECT_LE(held.fetch_add(1) + 1, 3);
        held.fetch_sub(1);
        store.Release(Key(1), id, 0, [](const LeaseAnswer& answer) {
          EXPECT_EQ(answer.result, LeaseAnswer::Result::kHeld);
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store.Size(), 0u);
}

}  // namespace
}  // namespace postern
