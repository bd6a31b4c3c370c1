#include "server/core/rate/rate_limit.h"

#include <cmath>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(RateLimitSection1, RefusesALimitThatIsNoNumberInfiniteOrNegativeByName) {
  for (const double limit : {kNan, kInfinity, -kInfinity, -1.0, -5e-324, 1.1e15}) {
    const absl::Status status = RateLimit::Create(limit, absl::Seconds(60)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << limit;
    EXPECT_TRUE(absl::StartsWith(status.message(), "limit is ")) << status;
    EXPECT_FALSE(CheckLimit(limit).ok());
  }
  EXPECT_EQ(RateLimit::Create(-1, absl::Seconds(60)).status().message(),
            "limit is -1; it has to be 0 (which refuses everything) to 1e+15");
}

TEST(RateLimitSection1, TakesALimitOfZero) {
  EXPECT_EQ(RateLimit::Create(0, absl::Seconds(60))->limit(), 0);
  EXPECT_FALSE(std::signbit(RateLimit::Create(-0.0, absl::Seconds(60))->limit()));
}

TEST(RateLimitSection1, RefusesAPeriodThatIsZeroNegativeOrInfiniteByName) {
  for (const absl::Duration period :
       {absl::ZeroDuration(), absl::Seconds(-1), absl::InfiniteDuration(),
        -absl::InfiniteDuration(), absl::Microseconds(999), absl::Hours(24 * 366 + 1),
        absl::Seconds(kNan)}) {
    const absl::Status status = RateLimit::Create(5, period).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << period;
    EXPECT_TRUE(absl::StartsWith(status.message(), "period is ")) << status;
  }
  EXPECT_EQ(RateLimit::Create(5, absl::ZeroDuration()).status().message(),
            "period is 0; it has to be 1ms to 8784h");
}

TEST(RateLimitSection1, RefusesACountThatIsNoNumberInfiniteNegativeOrZeroByName) {
  for (const double count : {kNan, kInfinity, -kInfinity, -1.0, 0.0, -0.0, 1.1e15}) {
    const absl::Status status = EventCount::Create(count).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << count;
    EXPECT_TRUE(absl::StartsWith(status.message(), "count is ")) << status;
  }
  EXPECT_EQ(EventCount::Create(0).status().message(),
            "count is 0; it has to be above 0, and at most 1e+15");
}

TEST(RateLimitSection2, TakesARealNumberForACount) {
  EXPECT_EQ(EventCount::Create(0.25)->value(), 0.25);
  EXPECT_EQ(EventCount::Create(kMaxCount)->value(), 1e15);
  EXPECT_EQ(EventCount().value(), 1);
}

TEST(RateLimitSection2, HasAnotherLimitInTheSamePeriod) {
  const RateLimit limit = RateLimit::Create(5, absl::Seconds(90)).value().WithLimit(7);
  EXPECT_EQ(limit.limit(), 7);
  EXPECT_EQ(limit.period(), absl::Seconds(90));
  EXPECT_EQ(limit.period_seconds(), 90);
}

}  // namespace
}  // namespace postern
