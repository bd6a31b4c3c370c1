#include "server/core/revocation/refresh_schedule.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'767'225'600);
constexpr absl::Duration kDay = absl::Hours(24);

StatementLife LifeOf(absl::Duration life) { return {kBegin, kBegin + life, kBegin + life}; }

TEST(NextRefresh, IsAtHalfOfTheLifeAndSpreadOverAnEighth) {
  const StatementLife life = LifeOf(8 * kDay);
  EXPECT_EQ(NextRefresh(life, {}, kBegin, 0), kBegin + 4 * kDay);
  EXPECT_EQ(NextRefresh(life, {}, kBegin, 0.5), kBegin + 4.5 * kDay);
  EXPECT_LT(NextRefresh(life, {}, kBegin, 0.999), kBegin + 5 * kDay);
}

TEST(NextRefresh, IsEarlierWhereTheSignerExpiresInsideTheLife) {
  StatementLife life = LifeOf(8 * kDay);
  life.use_until = kBegin + absl::Hours(2);  // the signer's notAfter
  EXPECT_EQ(NextRefresh(life, {}, kBegin, 0), kBegin + absl::Hours(1));
  EXPECT_LT(NextRefresh(life, {}, kBegin, 0.999), life.use_until);
}

TEST(NextRefresh, WaitsForMaxAgeBeyondTheHalfO17) {
  const StatementLife life = LifeOf(8 * kDay);
  RefreshHints hints;
  hints.cached_until = kBegin + 5 * kDay;
  EXPECT_EQ(NextRefresh(life, hints, kBegin, 0), kBegin + 5 * kDay);
  const absl::Time latest = NextRefresh(life, hints, kBegin, 0.999);
  EXPECT_GT(latest, kBegin + 5 * kDay);
  EXPECT_LT(latest, kBegin + 6 * kDay);
}

TEST(NextRefresh, IsNotHurriedByAShortMaxAge) {
  RefreshHints hints;
  hints.cached_until = kBegin + absl::Minutes(5);
  EXPECT_EQ(NextRefresh(LifeOf(8 * kDay), hints, kBegin, 0), kBegin + 4 * kDay);
}

TEST(NextRefresh, NeverFollowsMaxAgeBeyondThreeQuartersOfTheLifeO19) {
  RefreshHints hints;
  hints.cached_until = kBegin + 10 * kDay;
  EXPECT_EQ(NextRefresh(LifeOf(kDay), hints, kBegin, 0), kBegin + absl::Hours(18));
  EXPECT_LT(NextRefresh(LifeOf(kDay), hints, kBegin, 0.999), kBegin + kDay);
}

TEST(NextRefresh, WaitsForTheCasDutyAfterARepeat) {
  const StatementLife life = LifeOf(7 * kDay);
  RefreshHints hints;
  hints.is_repeat = true;
  EXPECT_EQ(NextRefresh(life, hints, kBegin + 3.5 * kDay, 0), kBegin + 4 * kDay);
}

TEST(NextRefresh, AsksForWhatIsLateEachTimeAfterAQuarterOfWhatIsLeft) {
  const StatementLife life = LifeOf(kDay);
  EXPECT_EQ(NextRefresh(life, {}, kBegin + absl::Hours(20), 0), kBegin + absl::Hours(21));
  EXPECT_LT(NextRefresh(life, {}, kBegin + absl::Hours(20), 0.999), kBegin + kDay);
}

TEST(NextRefresh, IsNeverSoonerThanTheShortestAfterAFetch) {
  const StatementLife life = LifeOf(absl::Minutes(1));
  EXPECT_EQ(NextRefresh(life, {}, kBegin, 0), kBegin + kShortestRefresh);
  const absl::Time after_the_end = kBegin + kDay;
  EXPECT_EQ(NextRefresh(life, {}, after_the_end, 0.5), after_the_end + kShortestRefresh);
}

TEST(NextRefresh, IsBeforeTheEndForAnyLifeAndMomentAndChance) {
  for (const absl::Duration life : {absl::Minutes(10), absl::Hours(8), kDay, 10 * kDay}) {
    for (double part = 0; part < 0.7; part += 0.1) {
      for (const double chance : {0.0, 0.5, 0.999999}) {
        for (const bool is_repeat : {false, true}) {
          RefreshHints hints;
          hints.is_repeat = is_repeat;
          const absl::Time now = kBegin + life * part;
          const absl::Time next = NextRefresh(LifeOf(life), hints, now, chance);
          EXPECT_GT(next, now) << life << " " << part << " " << chance;
          EXPECT_LT(next, kBegin + life) << life << " " << part << " " << chance;
        }
      }
    }
  }
}

// Baseline Requirements, section 4.9.10.
TEST(NextUpdateIsDue, FollowsTheBaselineRequirements) {
  EXPECT_EQ(NextUpdateIsDue(LifeOf(absl::Hours(8))), kBegin + absl::Hours(4));
  EXPECT_EQ(NextUpdateIsDue(LifeOf(absl::Hours(16))), kBegin + absl::Hours(8));
  EXPECT_EQ(NextUpdateIsDue(LifeOf(kDay)), kBegin + absl::Hours(16));
  EXPECT_EQ(NextUpdateIsDue(LifeOf(10 * kDay)), kBegin + 4 * kDay);
}

TEST(NextRetry, DoublesTheWaitUpToABound) {
  RefreshFailure failure;
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), kBegin + absl::Seconds(30));
  failure.failures = 2;
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), kBegin + absl::Minutes(1));
  failure.failures = 1'000'000;
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), kBegin + absl::Minutes(30));
  EXPECT_LE(NextRetry(failure, {}, kBegin, 0.999999), kBegin + absl::Hours(1));
}

TEST(NextRetry, TriesAgainBeforeTheStapleEnds) {
  RefreshFailure failure;
  failure.failures = 20;
  failure.use_until = kBegin + absl::Minutes(20);
  EXPECT_LE(NextRetry(failure, {}, kBegin, 0.999999), kBegin + absl::Minutes(5));
  failure.use_until = kBegin + absl::Minutes(4);
  EXPECT_LE(NextRetry(failure, {}, kBegin, 0.999999), kBegin + absl::Minutes(2));
  failure.use_until = kBegin + absl::Seconds(1);
  EXPECT_LE(NextRetry(failure, {}, kBegin, 0.999999), kBegin + absl::Seconds(10));
}

TEST(NextRetry, HeedsRetryAfterAndSpreadsThoseWhoWait) {
  RefreshFailure failure;
  failure.retry_at = kBegin + absl::Hours(2);
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), failure.retry_at);
  EXPECT_GT(NextRetry(failure, {}, kBegin, 0.5), failure.retry_at);
}

TEST(NextRetry, HeedsRetryAfterWithinLimits) {
  RefreshFailure failure;
  failure.retry_at = kBegin + 300 * kDay;
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), kBegin + absl::Hours(6));
  failure.use_until = kBegin + absl::Hours(4);
  EXPECT_EQ(NextRetry(failure, {}, kBegin, 0), kBegin + absl::Hours(2));
  EXPECT_LT(NextRetry(failure, {}, kBegin, 0.999), failure.use_until);
}

}  // namespace
}  // namespace postern
