#include <optional>
#include <vector>

#include "server/io/revocation/crl_cache.h"
#include "tests/support/crl_cache_fixture.h"

namespace postern {
namespace {

class CrlCacheFetchNow : public CrlCacheFixture {
 protected:
  // What the cache ends with goes into `results`.
  ~CrlCacheFetchNow() override { cache.reset(); }

  void Ask(absl::Duration wait = absl::Seconds(10)) {
    cache->FetchNow(kUrl, CrlRoot().der, clock.Now() + wait,
                    [this](absl::StatusOr<std::shared_ptr<const Crl>> result) {
                      results.push_back(std::move(result));
                    });
  }

  std::vector<absl::StatusOr<std::shared_ptr<const Crl>>> results;
};

TEST_F(CrlCacheFetchNow, JoinsAFetchUnderWayAndThenHasItAtHand) {
  Serve(kUrl);
  Start();
  fetcher.Hold();
  Find();
  cache->Tick();
  Ask();
  Ask();
  cache->Tick();
  EXPECT_EQ(AskedCount(), 1u);
  EXPECT_TRUE(results.empty());
  fetcher.Release();
  cache->Tick();
  ASSERT_EQ(results.size(), 2u);
  ASSERT_TRUE(results[0].ok());
  EXPECT_EQ(*results[0], *results[1]);
  Ask();
  cache->Tick();
  EXPECT_EQ(results.size(), 3u);
  EXPECT_EQ(AskedCount(), 1u);
}

TEST_F(CrlCacheFetchNow, AnswersAtTheDeadlineAndLetsTheFetchGoOn) {
  Serve(kUrl);
  Start();
  fetcher.Hold();
  Ask();
  cache->Tick();
  EXPECT_EQ(cache->NextWake(), clock.Now() + absl::Seconds(10));
  Pass(absl::Seconds(10));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].status().code(), absl::StatusCode::kDeadlineExceeded);
  fetcher.Release();
  cache->Tick();
  EXPECT_EQ(results.size(), 1u);
  EXPECT_NE(Find(), nullptr);
}

TEST_F(CrlCacheFetchNow, AnswersAtTheDeadlineThoughThereIsNoPlaceToFetch) {
  options.max_fetches = 1;
  Start();
  fetcher.Hold();
  Find(UrlOf(1));
  cache->Tick();
  Ask();
  cache->Tick();
  EXPECT_EQ(AskedCount(), 1u);
  EXPECT_EQ(cache->NextWake(), clock.Now() + absl::Seconds(10));
}

TEST_F(CrlCacheFetchNow, DoesNotHammerWhatHasFailed) {
  Start();
  Ask();
  cache->Tick();
  Ask();
  cache->Tick();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(results[1].status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(AskedCount(), 1u);
}

TEST_F(CrlCacheFetchNow, WorksWherePeersAreNotFetchedInTheBackground) {
  options.peers = false;
  Serve(kUrl);
  Start();
  Ask();
  cache->Tick();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].ok());
  for (int i = 0; i < 50; ++i) Pass(absl::Hours(4));
  EXPECT_EQ(AskedCount(), 1u);
  EXPECT_EQ(cache->Stats().entries, 0u);
}

TEST_F(CrlCacheFetchNow, TakesNoIssuerThatMayNotSignCrlsInPlaceOfTheRightOne) {
  CertificateSpec spec = CaSpec("root", EcKey(1));
  spec.key_usage = "keyCertSign";
  const std::string other = Build(spec).der;  // of the same name and key
  Serve(kUrl);
  Start();
  absl::Status status;
  cache->FetchNow(kUrl, other, clock.Now() + absl::Seconds(10),
                  [&status](const auto& result) { status = result.status(); });
  cache->Tick();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "issuer: its key usage does not let it sign CRLs");
  EXPECT_EQ(cache->Watch(kUrl, other), status);
  EXPECT_EQ(AskedCount(), 0u);
  Ask();
  cache->Tick();
  ASSERT_EQ(results.size(), 1u);
  EXPECT_TRUE(results[0].ok()) << results[0].status();
}

TEST_F(CrlCacheFetchNow, EndsWithTheCache) {
  Serve(kUrl);
  Start();
  fetcher.Hold();
  Ask();
  cache->Tick();
  Ask();
  cache.reset();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(results[1].status().code(), absl::StatusCode::kUnavailable);
  fetcher.Release();  // nobody is there any more
}

}  // namespace
}  // namespace postern
