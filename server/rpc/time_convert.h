// absl's times as protobuf's well-known types.
#ifndef POSTERN_SERVER_RPC_TIME_CONVERT_H_
#define POSTERN_SERVER_RPC_TIME_CONVERT_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace postern {

// The first second of the year 1, the earliest that a Timestamp holds.
inline constexpr int64_t kMinTimestampSeconds = -62135596800;

// TimeToProto sets a finite time.
inline void TimeToProto(absl::Time time, google::protobuf::Timestamp& proto) {
  const int64_t seconds = absl::ToUnixSeconds(time);  // towards the past
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

// DurationToProto sets a duration of less than 292 years.
inline void DurationToProto(absl::Duration duration, google::protobuf::Duration& proto) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  proto.set_seconds(nanos / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

// TimeFromProto reads a time; nothing where it is no Timestamp of the years 1 to 9999.
inline std::optional<absl::Time> TimeFromProto(const google::protobuf::Timestamp& proto) {
  constexpr int64_t kMaxSeconds = 253402300799;
  if (proto.seconds() < kMinTimestampSeconds || proto.seconds() > kMaxSeconds ||
      proto.nanos() < 0 || proto.nanos() > 999'999'999) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_TIME_CONVERT_H_
