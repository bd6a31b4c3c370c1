#include "server/core/rate/rate_verdict.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(RateStateSection3, IsSmallEnoughForAStoreOf40BytesAKey) { EXPECT_EQ(sizeof(RateState), 16u); }

TEST(RateStateSection3, IsSoundOnlyWithARateThatEventsAddUpTo) {
  EXPECT_TRUE(IsSound(RateState()));
  EXPECT_TRUE(IsSound({0, kMaxRate}));
  for (const double rate :
       {-1.0, -5e-324, 2e30, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(IsSound({0, rate})) << rate;
  }
}

TEST(RateStateSection1, KnowsTheTimeSinceItsLastEventWhereverTheTwoAre) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(SecondsSince({5, 1}, 5), 0);
  EXPECT_EQ(SecondsSince({5, 1}, 4), 0) << "a clock that went backwards";
  EXPECT_EQ(SecondsSince({-1'000'000'000, 1}, 500'000'000), 1.5);
  EXPECT_NEAR(SecondsSince({kLeast, 1}, kMost), 1.8446744073709552e10, 1);
  EXPECT_EQ(SecondsSince({kMost, 1}, kLeast), 0);
}

}  // namespace
}  // namespace postern
