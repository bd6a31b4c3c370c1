// rate.md is the specification of rates; its section stands in the names.
#include "server/core/rate/smoothed_rate.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

constexpr double kNs = 1e9;
constexpr RateMode kModes[] = {RateMode::kLeaky, RateMode::kStrict, RateMode::kReadOnly};

RateLimit Limit(double limit, double period_seconds) {
  return RateLimit::Create(limit, absl::Seconds(period_seconds)).value();
}

EventCount Count(double count) { return EventCount::Create(count).value(); }

int64_t At(double seconds) { return std::llround(seconds * kNs); }

// Key is a key with its state, asked over and over.
class Key {
 public:
  Key(RateLimit limit, RateMode mode) : limit_(limit), mode_(mode) {}

  RateOutcome Event(double seconds, double count = 1) {
    const RateOutcome outcome = DecideSmoothed(limit_, mode_, Count(count), At(seconds), state_);
    if (outcome.store) state_ = outcome.next;
    return outcome;
  }
  RateOutcome Read(double seconds) const {
    return DecideSmoothed(limit_, RateMode::kReadOnly, EventCount(), At(seconds), state_);
  }

  // As the reference vectors are written down.
  std::string Vector(int events, double every) {
    std::string vector;
    for (int i = 0; i < events; ++i) {
      const RateOutcome outcome = Event(i * every);
      absl::StrAppend(&vector, i == 0 ? "" : " | ", Text(outcome.verdict.rate),
                      outcome.verdict.over ? " over" : "", outcome.store ? "" : " -");
    }
    return vector;
  }
  static std::string Text(double rate) {
    return rate == std::floor(rate) ? absl::StrCat(rate) : absl::StrFormat("%.9f", rate);
  }

  const RateState& state() const { return state_; }

 private:
  const RateLimit limit_;
  const RateMode mode_;
  RateState state_;
};

TEST(SmoothedRateSection1, GivesVectorA) {
  EXPECT_EQ(Key(Limit(5, 5), RateMode::kStrict).Vector(8, 0.5),
            "1 | 1.856463238 | 2.631423222 | 3.332636014 | 3.967119586 | 4.541224063 | "
            "5.060695275 over | 5.530732266 over");
}

TEST(SmoothedRateSection1, GivesVectorB) {
  EXPECT_EQ(Key(Limit(5, 5), RateMode::kLeaky).Vector(10, 0.5),
            "1 | 1.856463238 | 2.631423222 | 3.332636014 | 3.967119586 | 4.541224063 | "
            "5.060695275 over - | 4.624386031 | 5.135943336 over - | 4.692473293");
}

TEST(SmoothedRateSection1, GivesVectorC) {
  EXPECT_EQ(Key(Limit(3, 60), RateMode::kStrict).Vector(5, 30),
            "1 | 1.393469340 | 1.632120559 | 1.776869840 | 1.864664717");
}

TEST(SmoothedRateSection1, GivesVectorD) {
  EXPECT_EQ(Key(Limit(10, 3600), RateMode::kStrict).Vector(3, 3600), "1 | 1 | 1");
}

TEST(SmoothedRateSection1, GivesVectorE) {
  Key key(Limit(2, 10), RateMode::kStrict);
  const RateOutcome event = key.Event(0, 5);
  EXPECT_EQ(Key::Text(event.verdict.rate), "5");
  EXPECT_TRUE(event.verdict.over);
  EXPECT_EQ(Key::Text(key.Read(10).verdict.rate), "1.839397206");
  EXPECT_FALSE(key.Read(10).verdict.over);
  EXPECT_EQ(Key::Text(key.Read(20).verdict.rate), "0.676676416");
  EXPECT_FALSE(key.Read(20).store);
}

TEST(SmoothedRateSection1, SaysTheLimitAndThePeriodInForce) {
  const RateVerdict verdict = Key(Limit(7, 3600), RateMode::kLeaky).Event(0).verdict;
  EXPECT_EQ(verdict.limit, 7);
  EXPECT_EQ(verdict.period, absl::Hours(1));
  EXPECT_EQ(verdict.retry_after, absl::ZeroDuration()) << "it is under";
}

TEST(SmoothedRateSection1, MeasuresTheFirstEventAsItsSizeAndTheFirstLookAsNothing) {
  EXPECT_EQ(Key(Limit(10, 60), RateMode::kLeaky).Event(99, 2.5).verdict.rate, 2.5);
  EXPECT_EQ(Key(Limit(10, 60), RateMode::kReadOnly).Read(99).verdict.rate, 0);
}

TEST(SmoothedRateSection1, MeasuresAnIsolatedEventAsItsSizeHoweverLongAgoTheOneBeforeWas) {
  Key key(Limit(10, 60), RateMode::kStrict);
  key.Event(0, 3);
  for (const double at : {1e3, 1e5, 1e9}) EXPECT_EQ(key.Event(at, 2).verdict.rate, 2) << at;
}

TEST(SmoothedRateSection1, IsOverAtTheLimit) {
  EXPECT_TRUE(Key(Limit(3, 60), RateMode::kLeaky).Event(0, 3).verdict.over);
  EXPECT_FALSE(Key(Limit(3, 60), RateMode::kLeaky).Event(0, std::nextafter(3.0, 0)).verdict.over);
}

TEST(SmoothedRateSection1, IsAlwaysOverALimitOfZeroAlsoForWhoOnlyLooks) {
  for (const RateMode mode : kModes) {
    const RateOutcome outcome =
        DecideSmoothed(Limit(0, 60), mode, Count(1e-300), At(0), RateState());
    EXPECT_TRUE(outcome.verdict.over);
    EXPECT_EQ(outcome.verdict.retry_after, absl::InfiniteDuration());
  }
}

TEST(SmoothedRateSection1, SettlesAtTheTrueRateForSteadyEvents) {
  for (const double count : {0.5, 1.0, 1000.0}) {
    for (const double every : {0.01, 1.0, 20.0, 59.0}) {
      Key key(Limit(1e12, 60), RateMode::kStrict);
      double rate = 0;
      for (int i = 0; i < 2000 + 2000 / every; ++i) rate = key.Event(i * every, count).verdict.rate;
      const double fixed_point = count * 60 / every;
      EXPECT_NEAR(rate, std::max(fixed_point, count), fixed_point * 1e-9) << count << " " << every;
    }
  }
}

TEST(SmoothedRateSection1, MeasuresTheNthEventOfABurstAsAboutN) {
  for (const double period : {1.0, 60.0, 86400.0}) {
    Key key(Limit(1e9, period), RateMode::kStrict);
    double rate = 0;
    for (int i = 0; i < 1000; ++i) rate = key.Event(i * 1e-6 * period / 1000).verdict.rate;
    EXPECT_NEAR(rate, 1000, 0.01);
  }
}

// In Exim it depends on the period, by the rounding of 1 - exp(-x).
TEST(SmoothedRateSection1, PutsTheLimitOfSimultaneousEventsUnderAndTheNextOneOverForAnyPeriod) {
  for (const double period : {0.001, 1.0, 5.0, 60.0, 3600.0, 86400.0, 31622400.0}) {
    for (const double apart : {0.0, 1e-9, 1e-8, 1e-7}) {
      if (apart > period * 1e-8) continue;  // no longer simultaneous
      for (const RateMode mode : {RateMode::kLeaky, RateMode::kStrict}) {
        for (const int m : {2, 3, 5, 10, 100, 1000}) {
          Key key(Limit(m, period), mode);
          for (int i = 1; i <= m; ++i) {
            const RateVerdict verdict = key.Event(i * apart).verdict;
            ASSERT_FALSE(verdict.over) << i << " of " << m << " in " << period;
            ASSERT_NEAR(verdict.rate, i, 0.02);
          }
          ASSERT_TRUE(key.Event((m + 1) * apart).verdict.over) << m << " in " << period;
        }
      }
    }
  }
}

TEST(SmoothedRateSection1, DoesNotStoreALeakyEventThatIsOver) {
  Key key(Limit(2, 60), RateMode::kLeaky);
  key.Event(0);
  key.Event(1);
  const RateState before = key.state();
  const RateOutcome over = key.Event(2, 2);
  EXPECT_TRUE(over.verdict.over);
  EXPECT_FALSE(over.store);
  EXPECT_EQ(key.state().last, before.last) << "the rate goes down from the last accepted event";
}

TEST(SmoothedRateSection1, AdmitsTheLimitInTheLongRunWhenLeakyHoweverLoudTheClientIs) {
  for (const double every : {0.001, 0.05, 0.3}) {
    for (const double limit : {2.0, 5.0, 60.0}) {
      const double period = 10;
      const double length = 3000;
      Key key(Limit(limit, period), RateMode::kLeaky);
      int admitted = 0;
      for (int i = 0; i * every < length; ++i)
        admitted += key.Event(i * every).verdict.over ? 0 : 1;
      const double bound = std::min(limit / period, 1 / every) * length;
      EXPECT_LE(admitted, bound * 1.01 + limit) << every << " " << limit;
      EXPECT_GE(admitted, bound * 0.9 - limit) << every << " " << limit;
    }
  }
}

TEST(SmoothedRateSection1, AdmitsNothingMoreWhenStrictUntilTheClientIsQuiet) {
  Key key(Limit(5, 10), RateMode::kStrict);
  int admitted = 0;
  for (int i = 0; i < 10000; ++i) admitted += key.Event(i * 0.1).verdict.over ? 0 : 1;
  EXPECT_LT(admitted, 8);
  EXPECT_FALSE(key.Event(1000 + 100).verdict.over);
}

TEST(SmoothedRateSection1, SaysAfterHowMuchSilenceAStrictEventIsUnder) {
  for (const double limit : {1.5, 5.0, 100.0}) {
    for (const double period : {1.0, 60.0, 86400.0}) {
      for (const int events : {10, 1000}) {
        Key key(Limit(limit, period), RateMode::kStrict);
        RateVerdict verdict;
        double now = 0;
        for (int i = 0; i < events || !verdict.over; ++i) {
          now = i * 1e-4 * period;
          verdict = key.Event(now).verdict;
        }
        const double retry = absl::ToDoubleSeconds(verdict.retry_after);
        EXPECT_NEAR(retry, period * std::log(verdict.rate / (limit - 1)), period * 1e-11 + 2e-9);
        Key copy = key;
        EXPECT_FALSE(copy.Event(now + retry).verdict.over) << limit << " " << period;
        // The event itself weighs less by then, so that it is under some time before.
        EXPECT_TRUE(key.Event(now + retry * 0.3).verdict.over) << limit << " " << period;
      }
    }
  }
}

TEST(SmoothedRateSection1, IsUnderAfterRetryAfterInEveryModeAndTellsWhereItNeverWouldBe) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto spread = [&](double low, double high) {
    return low * std::pow(high / low, uniform(random));
  };
  int over = 0;
  for (int i = 0; i < 200000; ++i) {
    const RateLimit limit = Limit(spread(0.01, 1e6), spread(0.001, 3e7));
    const EventCount count = Count(spread(0.001, 1e6));
    const RateMode mode = kModes[i % 3];
    const RateState state{At(uniform(random) * 1e3), spread(1e-3, 1e9)};
    const int64_t now = state.last + At(spread(1e-9, 1e4));
    const RateOutcome outcome = DecideSmoothed(limit, mode, count, now, state);
    if (!outcome.verdict.over) {
      ASSERT_EQ(outcome.verdict.retry_after, absl::ZeroDuration());
      continue;
    }
    ++over;
    const double size = mode == RateMode::kReadOnly ? 0 : count.value();
    ASSERT_EQ(outcome.verdict.retry_after == absl::InfiniteDuration(), !(size < limit.limit()));
    if (outcome.verdict.retry_after == absl::InfiniteDuration()) continue;
    ASSERT_GT(outcome.verdict.retry_after, absl::ZeroDuration());
    const int64_t later = now + absl::ToInt64Nanoseconds(outcome.verdict.retry_after);
    const RateState left = outcome.store ? outcome.next : state;
    ASSERT_FALSE(DecideSmoothed(limit, mode, count, later, left).verdict.over)
        << limit.limit() << " " << limit.period() << " " << count.value();
  }
  EXPECT_GT(over, 10000);
}

TEST(SmoothedRateSection1, NeitherPunishesNorForgivesWhereAClockWentBackwards) {
  Key key(Limit(10, 60), RateMode::kStrict);
  key.Event(1000);
  EXPECT_NEAR(key.Event(10).verdict.rate, 2, 1e-9) << "as if no time had passed";
  EXPECT_NEAR(key.Event(70).verdict.rate, std::exp(-1) * 2 + 1 - std::exp(-1), 1e-9);
}

TEST(SmoothedRateSection1, TakesAnyTwoTimesWithoutOverflow) {
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  for (const int64_t last : {kLeast, int64_t{0}, kMost}) {
    for (const int64_t now : {kLeast, int64_t{0}, kMost}) {
      const RateOutcome outcome =
          DecideSmoothed(Limit(10, 60), RateMode::kStrict, EventCount(), now, {last, 4});
      EXPECT_NEAR(outcome.verdict.rate, now > last ? 1 : 5, 1e-9) << last << " " << now;
    }
  }
}

TEST(SmoothedRateSection1, IsMonotoneInTheCountAndInTheRateBefore) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-6, 9);
  for (int i = 0; i < 100000; ++i) {
    const RateLimit limit = Limit(1000, 60);
    const int64_t now = At(std::pow(10, exponent(random)) / 1e3);
    const double count = std::pow(10, exponent(random));
    const double rate = std::pow(10, exponent(random));
    const auto measure = [&](double size, double before) {
      return DecideSmoothed(limit, RateMode::kStrict, Count(size), now, {0, before}).verdict;
    };
    const RateVerdict one = measure(count, rate);
    for (const RateVerdict& more : {measure(count * 1.01, rate), measure(count, rate * 1.01)}) {
      ASSERT_GE(more.rate, one.rate);
      ASSERT_GE(more.over, one.over);
    }
  }
}

TEST(SmoothedRateSection1, IsNeverNanOrInfiniteOrBelowTheCount) {
  const double sizes[] = {5e-324, 1e-300, 1e-9, 1, 1e9, kMaxCount};
  const double rates[] = {0, 5e-324, 1e-300, 1, 1e15, kMaxRate};
  const int64_t times[] = {std::numeric_limits<int64_t>::min(), -1, 0, 1, 1000, At(1), At(1e5),
                           std::numeric_limits<int64_t>::max()};
  const absl::Duration periods[] = {kMinPeriod, absl::Hours(1), kMaxPeriod};
  for (const double size : sizes) {
    for (const double rate : rates) {
      for (const int64_t now : times) {
        for (const absl::Duration period : periods) {
          for (const RateMode mode : kModes) {
            const RateLimit limit = RateLimit::Create(5, period).value();
            const RateOutcome outcome = DecideSmoothed(limit, mode, Count(size), now, {0, rate});
            ASSERT_TRUE(std::isfinite(outcome.verdict.rate));
            ASSERT_GE(outcome.verdict.rate, mode == RateMode::kReadOnly ? 0 : size);
            if (outcome.store) ASSERT_TRUE(IsSound(outcome.next));
            ASSERT_GE(outcome.verdict.retry_after, absl::ZeroDuration());
          }
        }
      }
    }
  }
}

// The same formula in long doubles (64 bits of mantissa), by a series where it would
// lose digits.
long double Reference(long double count, long double x, long double rate) {
  long double weight = 0;
  if (x < 0.5L) {
    long double term = 1;  // (1 - exp(-x)) / x = sum of (-x)^n / (n + 1)!
    for (int n = 0; n < 40; ++n) {
      weight += term;
      term *= -x / (n + 2);
    }
  } else {
    weight = (1 - std::exp(-x)) / x;
  }
  return std::max(count * weight + std::exp(-x) * rate, count);
}

TEST(SmoothedRateSection1, AgreesWithLongDoublesToFourteenDigits) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> exponent(-9, 3);
  for (int i = 0; i < 300000; ++i) {
    const RateLimit limit = Limit(1e15, std::pow(10, exponent(random) / 2 + 2));
    const int64_t now = At(std::pow(10, exponent(random)) * limit.period_seconds()) + 1;
    const double count = std::pow(10, exponent(random));
    const double rate = std::pow(10, exponent(random));
    const long double x = static_cast<long double>(now) / 1e9L / limit.period_seconds();
    const long double expected = Reference(count, x, rate);
    const double measured =
        DecideSmoothed(limit, RateMode::kStrict, Count(count), now, {0, rate}).verdict.rate;
    ASSERT_NEAR(static_cast<double>(measured / expected), 1, 1e-14) << count << " " << rate;
  }
}

TEST(SmoothedRateSection3, ForgetsAStateOnlyWhereNoEventWouldGetAnotherRate) {
  std::mt19937_64 random(13);
  std::uniform_real_distribution<double> uniform(0, 1);
  int spent = 0;
  for (int i = 0; i < 200000; ++i) {
    const RateLimit limit = Limit(10, 60);
    const EventCount least = Count(std::pow(10, uniform(random) * 2 - 1));
    const RateState state{0, std::pow(10, uniform(random) * 4 - 2)};
    const int64_t now = At(uniform(random) * 400);
    if (!SmoothedIsSpent(limit, least, now, state)) continue;
    ++spent;
    const int64_t later = now + At(uniform(random) * 10);
    const EventCount count = Count(least.value() * (1 + uniform(random)));
    const RateOutcome with = DecideSmoothed(limit, RateMode::kLeaky, count, later, state);
    const RateOutcome without = DecideSmoothed(limit, RateMode::kLeaky, count, later, RateState());
    ASSERT_NEAR(with.verdict.rate, without.verdict.rate, 1e-12 * count.value());
    ASSERT_EQ(DecideSmoothed(limit, RateMode::kReadOnly, count, now, state).verdict.over, false);
  }
  EXPECT_GT(spent, 10000);
  EXPECT_TRUE(SmoothedIsSpent(Limit(10, 60), EventCount(), At(60.001), {0, 1})) << "one period";
  EXPECT_FALSE(SmoothedIsSpent(Limit(10, 60), EventCount(), At(59.9), {0, 1}));
  EXPECT_FALSE(SmoothedIsSpent(Limit(10, 60), EventCount(), At(0), {0, 1}));
  EXPECT_TRUE(SmoothedIsSpent(Limit(10, 60), EventCount(), At(0), RateState())) << "no state";
}

}  // namespace
}  // namespace postern
