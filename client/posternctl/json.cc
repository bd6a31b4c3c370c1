#include "client/posternctl/json.h"

#include "absl/status/status.h"
#include "google/protobuf/util/json_util.h"

namespace postern::posternctl {
namespace {

absl::StatusOr<std::string> Print(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) {
    return absl::InternalError("the server's answer has no JSON form: " + status.ToString());
  }
  return json;
}

}  // namespace

absl::StatusOr<std::string> Json(const google::protobuf::Message& message) {
  return Print(message, /*pretty=*/true);
}

absl::StatusOr<std::string> JsonLine(const google::protobuf::Message& message) {
  return Print(message, /*pretty=*/false);
}

}  // namespace postern::posternctl
