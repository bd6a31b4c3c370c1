// absl::Status as grpc::Status; the codes are the same numbers.
#ifndef POSTERN_SERVER_RPC_STATUS_CONVERT_H_
#define POSTERN_SERVER_RPC_STATUS_CONVERT_H_

#include <string>

#include "absl/status/status.h"
#include "grpcpp/grpcpp.h"

namespace postern {

inline grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()));
}

// FinishNow ends a unary call that did not have to wait.
inline grpc::ServerUnaryReactor* FinishNow(grpc::CallbackServerContext* context,
                                           const absl::Status& status) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_STATUS_CONVERT_H_
