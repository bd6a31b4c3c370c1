// rate.md names the algorithm and asks for an exact bound on bursts; gcra.h is the rest.
#include "server/core/rate/gcra.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {
namespace {

constexpr RateMode kModes[] = {RateMode::kLeaky, RateMode::kStrict, RateMode::kReadOnly};

RateLimit Limit(double limit, double period_seconds) {
  return RateLimit::Create(limit, absl::Seconds(period_seconds)).value();
}

EventCount Count(double count) { return EventCount::Create(count).value(); }

int64_t At(double seconds) { return std::llround(seconds * 1e9); }

class Key {
 public:
  Key(RateLimit limit, double burst, RateMode mode) : limit_(limit), burst_(burst), mode_(mode) {}

  RateOutcome Event(double seconds, double count = 1) {
    const RateOutcome outcome =
        DecideGcra(limit_, burst_, mode_, Count(count), At(seconds), state_);
    if (outcome.store) state_ = outcome.next;
    return outcome;
  }
  RateOutcome Read(double seconds) const {
    return DecideGcra(limit_, burst_, RateMode::kReadOnly, EventCount(), At(seconds), state_);
  }

 private:
  const RateLimit limit_;
  const double burst_;
  const RateMode mode_;
  RateState state_;
};

TEST(GcraIntroduction, LetsABurstThroughExactlyForAnyPeriod) {
  for (const double period : {0.001, 5.0, 3600.0, 31622400.0}) {
    for (const int burst : {1, 2, 5, 1000}) {
      Key key(Limit(5, period), burst, RateMode::kLeaky);
      for (int i = 1; i <= burst; ++i) {
        const RateVerdict verdict = key.Event(0).verdict;
        ASSERT_FALSE(verdict.over) << i << " of " << burst;
        ASSERT_EQ(verdict.rate, i);
      }
      ASSERT_TRUE(key.Event(0).verdict.over) << burst;
    }
  }
}

TEST(GcraIntroduction, LetsThroughWhatComesAtTheLimitForEver) {
  Key key(Limit(3, 60), 1, RateMode::kLeaky);
  for (int i = 0; i < 100000; ++i) ASSERT_FALSE(key.Event(i * 20).verdict.over) << i;
  EXPECT_TRUE(key.Event(100000 * 20 - 0.001).verdict.over) << "a little too early";
}

// Whatever the arrivals: in any window of w seconds burst + w * limit / period are let
// through, and not one more.
TEST(GcraIntroduction, BoundsWhatIsLetThroughInEveryWindow) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(20);
  Key key(Limit(30, 10), 7, RateMode::kLeaky);
  std::deque<double> admitted;
  double now = 0;
  for (int i = 0; i < 5000; ++i) {
    now += gap(random);
    if (key.Event(now).verdict.over) continue;
    admitted.push_back(now);
    if (admitted.size() > 200) admitted.pop_front();
    for (size_t first = 0; first < admitted.size(); ++first) {
      const double events = static_cast<double>(admitted.size() - first);
      ASSERT_LE(events, 7 + (now - admitted[first]) * 3 + 1e-6);
    }
  }
  EXPECT_GT(now, 200);
}

TEST(GcraIntroduction, StoresLeakyEventsThatAreNotOverStrictOnesAlwaysAndReadingNever) {
  for (const RateMode mode : kModes) {
    for (const double count : {1.0, 9.0}) {
      const RateOutcome outcome = DecideGcra(Limit(5, 60), 5, mode, Count(count), 0, RateState());
      const bool over = mode != RateMode::kReadOnly && count > 5;
      EXPECT_EQ(outcome.verdict.over, over);
      EXPECT_EQ(outcome.store, mode == RateMode::kStrict || (mode == RateMode::kLeaky && !over));
    }
  }
}

TEST(GcraIntroduction, ShowsTheLevelToWhoOnlyLooks) {
  Key key(Limit(60, 60), 10, RateMode::kLeaky);
  EXPECT_EQ(key.Read(0).verdict.rate, 0);
  key.Event(0, 8);
  EXPECT_EQ(key.Read(0).verdict.rate, 8);
  EXPECT_EQ(key.Read(5).verdict.rate, 3);
  EXPECT_EQ(key.Read(50).verdict.rate, 0);
}

TEST(GcraIntroduction, NeedsQuietAfterStrictButNeverMoreThanTwoBurstsOfIt) {
  Key key(Limit(10, 10), 10, RateMode::kStrict);
  for (int i = 0; i < 100000; ++i) key.Event(i * 0.001);
  const RateVerdict last = key.Event(100).verdict;
  EXPECT_TRUE(last.over);
  EXPECT_EQ(last.rate, 20);
  EXPECT_NEAR(absl::ToDoubleSeconds(last.retry_after), 11, 1e-6);
  Key early = key;
  EXPECT_TRUE(early.Event(100 + 10.99).verdict.over);
  EXPECT_FALSE(key.Event(100 + 11.01).verdict.over);
}

TEST(GcraIntroduction, IsUnderAfterRetryAfterAndNotBefore) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto spread = [&](double low, double high) {
    return low * std::pow(high / low, uniform(random));
  };
  int over = 0;
  for (int i = 0; i < 200000; ++i) {
    const RateLimit limit = Limit(spread(0.01, 1e6), spread(1, 1e6));
    const double burst = spread(0.01, 1e6);
    const EventCount count = Count(spread(0.001, 1e6));
    const RateMode mode = kModes[i % 3];
    const RateState state{0, spread(1e-3, 1e9)};
    const int64_t now = At(spread(1e-9, 1e4));
    const RateOutcome outcome = DecideGcra(limit, burst, mode, count, now, state);
    const absl::Duration retry = outcome.verdict.retry_after;
    if (!outcome.verdict.over) {
      ASSERT_EQ(retry, absl::ZeroDuration());
      continue;
    }
    const double size = mode == RateMode::kReadOnly ? 0 : count.value();
    ASSERT_EQ(retry == absl::InfiniteDuration(), size > burst);
    if (retry > absl::Hours(24 * 365 * 100)) continue;  // past what nanoseconds can say
    ++over;
    const RateState left = outcome.store ? outcome.next : state;
    const int64_t later = now + absl::ToInt64Nanoseconds(retry);
    ASSERT_FALSE(DecideGcra(limit, burst, mode, count, later, left).verdict.over) << i;
    const int64_t early = now + absl::ToInt64Nanoseconds(retry * (1 - 1e-6)) - 1000;
    if (early <= now) continue;
    ASSERT_TRUE(DecideGcra(limit, burst, mode, count, early, left).verdict.over) << i;
  }
  EXPECT_GT(over, 10000);
}

TEST(GcraSection2, KeepsTheHistoryWhenTheLimitChanges) {
  RateState state = DecideGcra(Limit(60, 60), 10, RateMode::kLeaky, Count(8), 0, {}).next;
  const RateOutcome outcome =
      DecideGcra(Limit(6, 60), 6, RateMode::kLeaky, Count(1), At(10), state);
  EXPECT_TRUE(outcome.verdict.over) << "one has run out, by the new limit";
  EXPECT_EQ(outcome.verdict.rate, 8);
  EXPECT_EQ(outcome.verdict.limit, 6);
}

TEST(GcraSection1, RefusesEverythingWhereTheLimitOrTheBurstIsZero) {
  for (const RateMode mode : kModes) {
    for (const double limit : {0.0, 5.0}) {
      const RateOutcome outcome =
          DecideGcra(Limit(limit, 60), limit == 0 ? 5 : 0, mode, EventCount(), 0, RateState());
      EXPECT_TRUE(outcome.verdict.over);
      EXPECT_EQ(outcome.verdict.retry_after, absl::InfiniteDuration());
    }
  }
}

TEST(GcraSection1, IsNeverNanAndIsMonotoneInTheCount) {
  const double sizes[] = {5e-324, 1e-9, 1, 1e9, kMaxCount};
  const double rates[] = {0, 5e-324, 1, 1e15, kMaxRate};
  const int64_t times[] = {std::numeric_limits<int64_t>::min(), 0, 1, At(1e5),
                           std::numeric_limits<int64_t>::max()};
  for (const RateMode mode : kModes) {
    for (const double rate : rates) {
      for (const int64_t now : times) {
        for (const double limit : {0.0, 5e-324, 5.0, kMaxCount}) {
          double least = 0;
          bool over = false;
          for (const double size : sizes) {
            const RateOutcome outcome = DecideGcra(RateLimit::Create(limit, kMinPeriod).value(), 7,
                                                   mode, Count(size), now, {0, rate});
            ASSERT_TRUE(std::isfinite(outcome.verdict.rate));
            ASSERT_GE(outcome.verdict.over, over);
            over = outcome.verdict.over;
            if (!over) {
              ASSERT_GE(outcome.verdict.rate, least);
              least = outcome.verdict.rate;
            }
            if (outcome.store) ASSERT_TRUE(IsSound(outcome.next));
            ASSERT_GE(outcome.verdict.retry_after, absl::ZeroDuration());
          }
        }
      }
    }
  }
}

TEST(GcraSection3, ForgetsAStateOnlyWhereTheBucketIsEmpty) {
  const RateState state{0, 5};
  EXPECT_FALSE(GcraIsSpent(Limit(10, 10), At(4.99), state));
  EXPECT_TRUE(GcraIsSpent(Limit(10, 10), At(5), state));
  EXPECT_TRUE(GcraIsSpent(Limit(10, 10), 0, RateState()));
}

}  // namespace
}  // namespace postern
