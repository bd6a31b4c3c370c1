// gRPC's status as Abseil's, which has the same codes. Pure.
#ifndef POSTERN_CLIENT_GRPC_STATUS_H_
#define POSTERN_CLIENT_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace postern {

// FromGrpc keeps code and message; details are dropped.
inline absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace postern

#endif  // POSTERN_CLIENT_GRPC_STATUS_H_
