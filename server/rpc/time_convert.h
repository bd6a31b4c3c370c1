// absl's times as protobuf's well-known types.
#ifndef POSTERN_SERVER_RPC_TIME_CONVERT_H_
#define POSTERN_SERVER_RPC_TIME_CONVERT_H_

#include <cstdint>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace postern {

// Both set a finite time, or duration, between the years 1970 and 2262.
inline void TimeToProto(absl::Time time, google::protobuf::Timestamp& proto) {
  const int64_t nanos = absl::ToUnixNanos(time);
  proto.set_seconds(nanos / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

inline void DurationToProto(absl::Duration duration, google::protobuf::Duration& proto) {
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  proto.set_seconds(nanos / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_TIME_CONVERT_H_
