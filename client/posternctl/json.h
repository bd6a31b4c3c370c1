// A message as the JSON that scripts read. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_JSON_H_
#define POSTERN_CLIENT_POSTERNCTL_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace postern::posternctl {

// Json gives one document in proto3's JSON mapping: lowerCamelCase names, default
// values printed, absent messages and optional fields left out; it ends with a
// line break. Fails with INTERNAL if a value has no JSON form, such as a time
// past the year 9999.
absl::StatusOr<std::string> Json(const google::protobuf::Message& message);

// JsonLine gives the same without line breaks, and fails alike.
absl::StatusOr<std::string> JsonLine(const google::protobuf::Message& message);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_JSON_H_
