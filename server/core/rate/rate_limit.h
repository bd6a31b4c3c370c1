// The numbers of a rate rule, checked: a limit a period, and the count of an event. What
// has these types is finite and in its range, so that no decision has to look.
//
// Values, thread safe.
#ifndef POSTERN_SERVER_CORE_RATE_RATE_LIMIT_H_
#define POSTERN_SERVER_CORE_RATE_RATE_LIMIT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace postern {

// kMaxCount is the greatest count of an event, and the greatest limit: up to it, bytes
// are exact in a double, and no sum of rates overflows.
inline constexpr double kMaxCount = 1e15;

// kMinPeriod and kMaxPeriod are the range of a period.
inline constexpr absl::Duration kMinPeriod = absl::Milliseconds(1);
inline constexpr absl::Duration kMaxPeriod = absl::Hours(24 * 366);

// CheckLimit tells whether a number can be a limit: 0 (nothing is under it) to
// kMaxCount. Fails with INVALID_ARGUMENT that names the limit.
absl::Status CheckLimit(double limit);

// RateLimit is so many events a period.
class RateLimit {
 public:
  // Create fails with INVALID_ARGUMENT that names what is wrong, the limit or the period.
  static absl::StatusOr<RateLimit> Create(double limit, absl::Duration period);

  // WithLimit is another limit, in CheckLimit's range, in the same period.
  RateLimit WithLimit(double limit) const {
    RateLimit other = *this;
    other.limit_ = limit;
    return other;
  }

  double limit() const { return limit_; }
  absl::Duration period() const { return period_; }
  double period_seconds() const { return period_seconds_; }

 private:
  RateLimit(double limit, absl::Duration period)
      : limit_(limit), period_(period), period_seconds_(absl::ToDoubleSeconds(period)) {}

  double limit_;
  absl::Duration period_;
  double period_seconds_;
};

// EventCount is the size of an event: 1 for a connection, or recipients, or bytes.
class EventCount {
 public:
  // Create fails with INVALID_ARGUMENT that names the count, unless it is above 0 and at
  // most kMaxCount.
  static absl::StatusOr<EventCount> Create(double count);

  // An event of the size 1.
  EventCount() = default;

  double value() const { return value_; }

 private:
  explicit EventCount(double value) : value_(value) {}

  double value_ = 1;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_LIMIT_H_
