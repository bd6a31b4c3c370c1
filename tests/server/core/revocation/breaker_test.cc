#include "server/core/revocation/breaker.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

BreakerOptions Options() {
  BreakerOptions options;
  options.failures = 3;
  options.first = absl::Seconds(10);
  options.most = absl::Seconds(35);
  options.jitter = 0.5;
  return options;
}

void FailOnce(Breaker& breaker, absl::Time now, double chance = 0) {
  ASSERT_TRUE(breaker.MayAsk(now));
  breaker.Fail(breaker.Start(now), now, chance);
}

Breaker Open(absl::Time now) {
  Breaker breaker(Options());
  for (int i = 0; i < 3; ++i) FailOnce(breaker, now);
  return breaker;
}

TEST(Breaker, OpensAfterFailuresInARow) {
  Breaker breaker(Options());
  FailOnce(breaker, kNow);
  FailOnce(breaker, kNow);
  EXPECT_TRUE(breaker.MayAsk(kNow));
  EXPECT_FALSE(breaker.IsNew());
  breaker.Succeed(breaker.Start(kNow));
  EXPECT_TRUE(breaker.IsNew());
  for (int i = 0; i < 3; ++i) FailOnce(breaker, kNow);
  EXPECT_FALSE(breaker.MayAsk(kNow));
  EXPECT_EQ(breaker.OpenUntil(), kNow + absl::Seconds(10));
}

TEST(Breaker, LetsOneProbeThroughAfterTheWait) {
  Breaker breaker = Open(kNow);
  EXPECT_FALSE(breaker.MayAsk(kNow + absl::Seconds(9)));
  const absl::Time later = kNow + absl::Seconds(10);
  ASSERT_TRUE(breaker.MayAsk(later));
  const bool probe = breaker.Start(later);
  EXPECT_TRUE(probe);
  EXPECT_FALSE(breaker.MayAsk(later));
  breaker.Succeed(probe);
  EXPECT_TRUE(breaker.MayAsk(later));
  EXPECT_TRUE(breaker.IsNew());
}

TEST(Breaker, EachFailedProbeDoublesTheWaitUpToTheMost) {
  Breaker breaker = Open(kNow);
  absl::Time now = kNow;
  for (const int seconds : {10, 20, 35, 35}) {
    EXPECT_EQ(breaker.OpenUntil(), now + absl::Seconds(seconds));
    now = breaker.OpenUntil();
    FailOnce(breaker, now);
  }
}

TEST(Breaker, JitterMakesTheWaitLongerByItsShare) {
  Breaker breaker(Options());
  for (int i = 0; i < 3; ++i) FailOnce(breaker, kNow, 0.5);
  EXPECT_EQ(breaker.OpenUntil(), kNow + absl::Milliseconds(12'500));
}

TEST(Breaker, AnAbandonedProbeLeavesRoomForTheNext) {
  Breaker breaker = Open(kNow);
  const absl::Time later = kNow + absl::Seconds(10);
  breaker.Abandon(breaker.Start(later));
  EXPECT_TRUE(breaker.MayAsk(later));
  EXPECT_TRUE(breaker.Start(later));
}

TEST(Breaker, OutcomesFromBeforeItOpenedChangeNothing) {
  Breaker breaker(Options());
  const bool early = breaker.Start(kNow);
  const bool late = breaker.Start(kNow);
  for (int i = 0; i < 3; ++i) FailOnce(breaker, kNow);
  breaker.Fail(early, kNow + absl::Seconds(5), 0);
  EXPECT_EQ(breaker.OpenUntil(), kNow + absl::Seconds(10));
  breaker.Succeed(late);
  EXPECT_FALSE(breaker.MayAsk(kNow + absl::Seconds(5)));
}

TEST(Breaker, KeepsAwayForAsLongAsAskedWithinTheMost) {
  Breaker breaker(Options());
  breaker.KeepAway(kNow, absl::ZeroDuration());
  EXPECT_TRUE(breaker.IsNew());
  breaker.KeepAway(kNow, absl::Seconds(5));
  EXPECT_FALSE(breaker.MayAsk(kNow + absl::Seconds(4)));
  EXPECT_TRUE(breaker.MayAsk(kNow + absl::Seconds(5)));
  breaker.KeepAway(kNow, absl::Hours(24 * 365));
  EXPECT_EQ(breaker.OpenUntil(), kNow + absl::Seconds(35));
  breaker.KeepAway(kNow, absl::Seconds(1));
  EXPECT_EQ(breaker.OpenUntil(), kNow + absl::Seconds(35));
}

TEST(Breaker, AClockThatIsSetBackDoesNotKeepItOpen) {
  Breaker breaker = Open(kNow);
  EXPECT_TRUE(breaker.MayAsk(kNow - absl::Hours(24)));
}

}  // namespace
}  // namespace postern
