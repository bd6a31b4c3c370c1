#include "server/io/revocation/crl_cache.h"

#include <optional>

#include "server/core/revocation/check_crl.h"
#include "tests/support/crl_cache_fixture.h"

namespace postern {
namespace {

using Kind = CrlEvent::Kind;

class CrlCacheTest : public CrlCacheFixture {};

TEST_F(CrlCacheTest, FetchesInTheBackgroundWhatWasWanted) {
  Serve(kUrl);
  Start();
  EXPECT_EQ(Find(), nullptr);
  EXPECT_EQ(wakes, 1);
  EXPECT_EQ(AskedCount(), 0u);
  cache->Tick();
  ASSERT_NE(Find(), nullptr);
  EXPECT_EQ(Find()->defect, CrlReason::kNone);
  ASSERT_EQ(cache->List().size(), 1u);
  EXPECT_EQ(cache->List()[0].state, CrlState::kLoaded);
  EXPECT_EQ(cache->List()[0].issuer, "CN=root");
  EXPECT_EQ(cache->Stats().loaded, 1u);
  EXPECT_EQ(AskedCount(), 1u);
}

TEST_F(CrlCacheTest, KeepsTheIssuersOfOneUrlApart) {
  Serve(kUrl);
  Start();
  ASSERT_NE(Load(), nullptr);
  const TestCertificate other = Build(CaSpec("root", EcKey(2)));
  const Certificate issuer = ParseIssuer(other.der).value();
  EXPECT_EQ(cache->Find(kUrl, issuer), nullptr);
  cache->Tick();
  EXPECT_EQ(cache->Find(kUrl, issuer), nullptr);
  EXPECT_NE(Find(), nullptr);
  EXPECT_EQ(Count(Kind::kRefused), 1u);
}

TEST_F(CrlCacheTest, NotesNothingThatCouldNotBeFetchedOrWouldSpoilTheKey) {
  Start();
  Find("ldap://crl.test/a");
  Find("file:///etc/passwd");
  Find("http://crl.test/" + std::string(1100, 'a'));
  CertificateSpec spec = CaSpec("root", EcKey(1));
  spec.key_usage = "keyCertSign";
  const TestCertificate twin = Build(spec);
  cache->Find(kUrl, ParseIssuer(twin.der).value());
  EXPECT_EQ(wakes, 0);
  cache->Tick();
  EXPECT_EQ(AskedCount(), 0u);
}

TEST_F(CrlCacheTest, FetchesOnlyWhatIsWatchedWhereTheOperatorSaysSo) {
  options.peers = false;
  Serve(kUrl);
  Serve(UrlOf(1));
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  Find(UrlOf(1));
  cache->Tick();
  EXPECT_NE(Find(), nullptr);
  EXPECT_EQ(Find(UrlOf(1)), nullptr);
  ASSERT_EQ(AskedCount(), 1u);
  EXPECT_EQ(fetcher.Asked()[0].url, kUrl);
}

TEST_F(CrlCacheTest, RefusesToWatchWhatIsNoUrlOrNoIssuer) {
  Start();
  EXPECT_EQ(cache->Watch("ftp://crl.test/a", CrlRoot().der).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(cache->Watch(kUrl, "no certificate").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CrlCacheTest, RefreshesWithinSixHoursAndByConditionC23) {
  Serve(kUrl, "\"one\"");
  Start();
  ASSERT_NE(Load(), nullptr);
  const absl::Duration wait = cache->NextWake() - clock.Now();
  EXPECT_GE(wait, absl::Hours(4));
  EXPECT_LE(wait, absl::Hours(6));
  Pass(wait);
  ASSERT_EQ(AskedCount(), 2u);
  EXPECT_EQ(fetcher.Asked()[0].if_none_match, "");
  EXPECT_EQ(fetcher.Asked()[1].if_none_match, "\"one\"");
  EXPECT_EQ(Count(Kind::kUnchanged), 1u);
  EXPECT_NE(Find(), nullptr);
}

TEST_F(CrlCacheTest, HoldsWhatIsUnchangedToItsNextUpdateC9O19) {
  crl.next_update = clock.Now() + absl::Hours(1);
  Serve(kUrl, "\"one\"");
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  cache->Tick();
  ASSERT_EQ(Count(Kind::kLoaded), 1u);
  EXPECT_LE(cache->NextWake(), clock.Now() + absl::Minutes(30));
  Pass(absl::Hours(2));
  EXPECT_EQ(Count(Kind::kRefused), 1u);
  EXPECT_EQ(cache->List()[0].state, CrlState::kStale);
  // It is handed out, and is worth nothing.
  CertificateSpec leaf = LeafSpec("mx1.test");
  leaf.not_after = clock.Now() + absl::Hours(24);
  const TestCertificate certificate = Build(leaf, &CrlRoot());
  ASSERT_NE(Find(), nullptr);
  const CrlVerdict verdict =
      CheckCrl(*Find(), ParseCertificate(certificate.der).value(), CrlIssuer(), kUrl, clock.Now());
  EXPECT_EQ(verdict.status, CrlVerdict::Status::kInvalid);
  EXPECT_EQ(verdict.reason, CrlReason::kStale);
  // Then it asks without condition, past all caches.
  Pass(absl::Minutes(2));
  EXPECT_EQ(fetcher.Asked().back().if_none_match, "");
  EXPECT_TRUE(fetcher.Asked().back().no_cache);
}

TEST_F(CrlCacheTest, NeverTakesAnOlderOneOrOneWithADefect) {
  crl.number = "\x05";
  crl.entries = {CrlEntry(7)};
  Serve(kUrl);
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  cache->Tick();
  const CrlSpec good = crl;
  struct Case {
    const char* name;
    void (*change)(CrlSpec&);
  };
  for (const Case& one : {
           Case{"older", [](CrlSpec& spec) { spec.this_update -= absl::Minutes(1); }},
           Case{"lower number", [](CrlSpec& spec) { spec.number = "\x04"; }},
           Case{"signature", [](CrlSpec& spec) { spec.has_wrong_signature = true; }},
           Case{"delta", [](CrlSpec& spec) { spec.delta_base = 1; }},
           Case{"from the future", [](CrlSpec& spec) { spec.this_update += absl::Hours(24 * 6); }},
           Case{"ended", [](CrlSpec& spec) { spec.next_update = spec.this_update; }},
           Case{"without end", [](CrlSpec& spec) { spec.next_update = std::nullopt; }},
       }) {
    SCOPED_TRACE(one.name);
    crl = good;
    crl.entries.clear();
    one.change(crl);
    Serve(kUrl);
    const size_t refused = Count(Kind::kRefused);
    Pass(cache->NextWake() - clock.Now());
    EXPECT_EQ(Count(Kind::kRefused), refused + 1);
    ASSERT_NE(Find(), nullptr);
    EXPECT_TRUE(Find()->serials.Find("\x07").has_value());
    EXPECT_FALSE(cache->List()[0].last_error.empty());
  }
  crl = good;
  crl.number = "\x06";
  crl.entries.clear();
  Serve(kUrl);
  Pass(cache->NextWake() - clock.Now());
  EXPECT_FALSE(Find()->serials.Find("\x07").has_value());
  EXPECT_EQ(cache->List()[0].failures, 0);
}

TEST_F(CrlCacheTest, LeavesAUrlThatFailsAloneForLongerAndLonger) {
  fetcher.Serve(kUrl, StatusOnly(503));
  Start();
  Find();
  cache->Tick();
  EXPECT_EQ(AskedCount(), 1u);
  Find();
  cache->Tick();
  EXPECT_EQ(AskedCount(), 1u);
  absl::Duration before = absl::ZeroDuration();
  for (int i = 0; i < 5; ++i) {
    const absl::Duration wait = cache->NextWake() - clock.Now();
    EXPECT_GT(wait, before);
    before = wait;
    Find();
    Pass(wait);
  }
  EXPECT_EQ(AskedCount(), 6u);
  EXPECT_EQ(cache->List()[0].state, CrlState::kFailed);
  EXPECT_EQ(cache->List()[0].last_error, "HTTP status 503");
}

TEST_F(CrlCacheTest, HonoursRetryAfterUpToAnHour) {
  FetchResult busy = StatusOnly(503);
  busy.reply.retry_after = absl::Hours(48);
  fetcher.Serve(kUrl, busy);
  Start();
  Find();
  cache->Tick();
  EXPECT_EQ(cache->NextWake() - clock.Now(), absl::Hours(1));
}

TEST_F(CrlCacheTest, KeepsACrlForAsLongAsItCountsWhereOneForOtherCertificatesComes) {
  crl.point_urls = {kUrl};
  crl.next_update = clock.Now() + absl::Hours(4);
  Serve(kUrl);
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  cache->Tick();
  const std::shared_ptr<const Crl> first = Find();
  ASSERT_NE(first, nullptr);
  crl.point_urls = {"http://crl.test/other.crl"};
  crl.this_update = clock.Now();
  crl.next_update = clock.Now() + absl::Hours(48);
  Serve(kUrl);
  while (Count(Kind::kRefused) == 0 && clock.Now() < *first->next_update) {
    Pass(cache->NextWake() - clock.Now());
  }
  EXPECT_EQ(Count(Kind::kRefused), 1u);
  EXPECT_EQ(Find(), first);
  Pass(absl::Hours(6));
  ASSERT_NE(Find(), nullptr);
  EXPECT_NE(Find(), first) << "which has ended";
}

TEST_F(CrlCacheTest, GoesOnWhenAClockThatWasAheadIsSetBack) {
  fetcher.Serve(kUrl, StatusOnly(503));
  Start();
  ASSERT_TRUE(cache->Watch(kUrl, CrlRoot().der).ok());
  clock.Advance(absl::Hours(24 * 365));
  cache->Tick();
  EXPECT_EQ(AskedCount(), 1u);
  Serve(kUrl);
  Pass(-absl::Hours(24 * 365));
  Pass(absl::Hours(1));
  EXPECT_EQ(AskedCount(), 2u);
  EXPECT_NE(Find(), nullptr);
}

TEST_F(CrlCacheTest, LetsGoWhatNobodyAsksForAnyMore) {
  Serve(kUrl);
  Start();
  ASSERT_NE(Load(), nullptr);
  Pass(cache->NextWake() - clock.Now());
  EXPECT_EQ(AskedCount(), 2u);
  Pass(cache->NextWake() - clock.Now());
  EXPECT_EQ(AskedCount(), 2u);  // it sleeps
  ASSERT_NE(Find(), nullptr);   // and wakes up
  cache->Tick();
  EXPECT_EQ(AskedCount(), 3u);
  for (int i = 0; i < 20 && cache->Stats().entries > 0; ++i) {
    Pass(cache->NextWake() - clock.Now());
  }
  EXPECT_EQ(cache->Stats().entries, 0u);
  EXPECT_EQ(cache->NextWake(), absl::InfiniteFuture());
}

TEST_F(CrlCacheTest, SaysThatItGotPemWhereDerBelongs) {
  fetcher.Serve(kUrl, ReplyOf("-----BEGIN X509 CRL-----\n"));
  Start();
  EXPECT_EQ(Load(), nullptr);
  EXPECT_EQ(cache->List()[0].last_error, "MALFORMED: PEM, where RFC 2585 has DER");
}

TEST_F(CrlCacheTest, TakesACrlWhateverItsMediaTypeC24) {
  FetchResult reply = ReplyOf(BuildCrl(crl, CrlRoot()));
  reply.reply.content_type = "text/plain";
  fetcher.Serve(kUrl, reply);
  Start();
  EXPECT_NE(Load(), nullptr);
}

TEST_F(CrlCacheTest, BoundsTheBytesOfACrl) {
  crl.ordinary_entries = 1000;
  options.max_bytes = 4096;
  Serve(kUrl);
  Start();
  EXPECT_EQ(Load(), nullptr);
  EXPECT_EQ(cache->List()[0].last_error, "too_large: body");
}

}  // namespace
}  // namespace postern
