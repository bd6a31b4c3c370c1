// Times as protobuf has them. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_PROTO_TIME_H_
#define POSTERN_CLIENT_POSTERNCTL_PROTO_TIME_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace postern::posternctl {

// ToProto gives a finite duration's message.
google::protobuf::Duration ToProto(absl::Duration duration);

// ToProto gives the message of a time from the year 1 to 9999.
google::protobuf::Timestamp ToProto(absl::Time time);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PROTO_TIME_H_
