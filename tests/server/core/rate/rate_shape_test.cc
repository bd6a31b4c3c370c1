#include "server/core/rate/rate_shape.h"

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {
namespace {

constexpr int64_t kMinute = 60'000'000'000;

RateShape Shape(RateAlgorithm algorithm) {
  return {algorithm, RateLimit::Create(10, absl::Minutes(1)).value(), std::nullopt, EventCount()};
}

TEST(RateShape, IsSpentOnceNoEventWouldNoticeAndNotBefore) {
  const RateState one = {0, 1};
  EXPECT_FALSE(IsSpent(Shape(RateAlgorithm::kSmoothed), 10, kMinute * 99 / 100, one));
  EXPECT_TRUE(IsSpent(Shape(RateAlgorithm::kSmoothed), 10, kMinute * 101 / 100, one));
  RateShape small = Shape(RateAlgorithm::kSmoothed);
  small.least = EventCount::Create(0.01).value();
  EXPECT_FALSE(IsSpent(small, 10, kMinute * 101 / 100, one)) << "a small event would";
  // 10 in a minute: one is gone after 6 s. By half of the limit, after 12 s.
  EXPECT_TRUE(IsSpent(Shape(RateAlgorithm::kGcra), 10, kMinute / 10, one));
  EXPECT_FALSE(IsSpent(Shape(RateAlgorithm::kGcra), 5, kMinute / 10, one));
}

TEST(RateShape, TellsTheRateThatIsLeft) {
  EXPECT_NEAR(RateAt(Shape(RateAlgorithm::kSmoothed), 10, kMinute, {0, 5}), 1.839397206, 1e-9);
  EXPECT_NEAR(RateAt(Shape(RateAlgorithm::kGcra), 10, kMinute / 10, {0, 5}), 4, 1e-9);
}

TEST(RateShape, HasAShareOfOneWhereTheNextEventIsOver) {
  EXPECT_LT(ShareAt(Shape(RateAlgorithm::kSmoothed), 10, 0, {0, 8.9}), 1);
  EXPECT_GE(ShareAt(Shape(RateAlgorithm::kSmoothed), 10, 0, {0, 9.1}), 1);
  EXPECT_GT(ShareAt(Shape(RateAlgorithm::kGcra), 10, 0, {0, 9.1}), 1);
  RateShape bursty = Shape(RateAlgorithm::kGcra);
  bursty.burst = 2;
  EXPECT_GT(ShareAt(bursty, 10, 0, {0, 1.5}), 1) << "of what a bucket holds, not of the limit";
  EXPECT_GT(ShareAt(Shape(RateAlgorithm::kSmoothed), 0, 0, {0, 0}), 1e9) << "a limit of zero";
}

}  // namespace
}  // namespace postern
