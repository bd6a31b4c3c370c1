// What strangers can do to the CRL cache, and what they cannot.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "server/io/revocation/crl_cache.h"
#include "server/io/revocation/crl_room.h"
#include "tests/support/crl_cache_fixture.h"

namespace postern {
namespace {

class CrlCacheBounds : public CrlCacheFixture {
 protected:
  void Flood(int from, int count) {
    for (int i = from; i < from + count; ++i) Find(UrlOf(i));
  }
};

TEST_F(CrlCacheBounds, BoundsWhatIsNotedAndWhatIsBegun) {
  options.max_wanted = 8;
  options.max_new_entries = 4;
  Start();
  fetcher.Hold();
  Flood(0, 100);
  cache->Tick();
  EXPECT_EQ(cache->Stats().entries, 4u);
  EXPECT_EQ(cache->Stats().wanted_refused, 96u);
  EXPECT_EQ(cache->Stats().fetching, 2u);
}

TEST_F(CrlCacheBounds, LetsNoIssuerFillTheRoomForNewOnesNorHoldAPlaceForLong) {
  Start();
  fetcher.Hold();
  Flood(0, 100);
  cache->Tick();
  EXPECT_EQ(cache->Stats().entries, kMaxUntriedOfIssuer);
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  cache->Tick();
  ASSERT_GE(AskedCount(), 2u);
  EXPECT_LE(fetcher.Asked()[0].deadline, clock.Now() + absl::Seconds(15));
  EXPECT_EQ(fetcher.Asked().back().url, kUrl);
  EXPECT_EQ(fetcher.Asked().back().deadline, clock.Now() + options.fetch_timeout);
}

TEST_F(CrlCacheBounds, DoesNotLetNewOnesStarveThoseInUse) {
  options.max_new_entries = 4;
  options.max_fetches = 2;
  Serve(kUrl);
  Serve(UrlOf(1000));
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  ASSERT_NE(Load(UrlOf(1000)), nullptr);
  clock.Advance(kCrlProof);
  ASSERT_NE(Find(UrlOf(1000)), nullptr);
  cache->Tick();
  for (int round = 0; round < 20; ++round) {
    Flood(round * 100, 100);
    Pass(absl::Minutes(1));
  }
  EXPECT_NE(Find(), nullptr);
  EXPECT_NE(Find(UrlOf(1000)), nullptr);
  EXPECT_LE(cache->Stats().entries, 6u);
  // Slow strangers leave a fetch for what is watched.
  fetcher.Hold();
  Flood(5000, 100);
  cache->Tick();
  EXPECT_EQ(cache->Stats().fetching, 1u);
  const size_t asked = AskedCount();
  Pass(absl::Hours(6));
  EXPECT_EQ(fetcher.Asked().at(asked).url, kUrl);
}

TEST_F(CrlCacheBounds, BoundsTheBytesOfStrangersAndKeepsWhatIsWatched) {
  crl.ordinary_entries = 1000;
  options.max_total_bytes = size_t{4} * 80 * 1024;
  Serve(kUrl);
  for (int i = 0; i < 10; ++i) Serve(UrlOf(i));
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  for (int i = 0; i < 10; ++i) {
    EXPECT_NE(Load(UrlOf(i)), nullptr);
    clock.Advance(absl::Seconds(1));
  }
  size_t strangers = 0;
  for (const CrlStatus& status : cache->List()) strangers += status.watched ? 0 : status.bytes;
  EXPECT_LE(strangers, size_t{80} * 1024);
  EXPECT_NE(Find(), nullptr);
  EXPECT_NE(Find(UrlOf(9)), nullptr);  // the last that was used
  EXPECT_EQ(Find(UrlOf(0)), nullptr);
  EXPECT_GT(cache->Stats().evicted, 0u);
}

TEST_F(CrlCacheBounds, FindsWhileCrlsAreReplaced) {
  options.max_new_entries = 8;
  for (int i = 0; i < 16; ++i) Serve(UrlOf(i));
  Start();
  ASSERT_TRUE(cache->Watch(UrlOf(0), CrlRoot().der).ok());
  cache->Tick();
  std::atomic<bool> ends{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      while (!ends.load()) {
        for (int i = 0; i < 16; ++i) {
          const std::shared_ptr<const Crl> found = cache->Find(UrlOf(i), CrlIssuer());
          if (found != nullptr && found->serials.Find("\x07").has_value()) ++wrong;
        }
        if (cache->Find(UrlOf(0), CrlIssuer()) == nullptr) ++wrong;
        if (thread == 0 && cache->List().empty()) ++wrong;
      }
    });
  }
  for (int round = 0; round < 100; ++round) Pass(absl::Minutes(7));
  ends.store(true);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace postern
