// The caller's half of a gRPC stream of policy questions.
#ifndef POSTERN_CLIENT_GRPC_STREAM_H_
#define POSTERN_CLIENT_GRPC_STREAM_H_

#include <cstddef>
#include <memory>

#include "client/connection.h"
#include "grpcpp/client_context.h"
#include "postern/v1/policy.grpc.pb.h"

namespace postern {

// kMaxUnsentQuestions is how many questions wait to be sent, at most: as many as
// the server answers at a time.
inline constexpr size_t kMaxUnsentQuestions = 1024;

// StartGrpcStream opens a stream. The stub need not outlive the call.
std::unique_ptr<ConnectionStream> StartGrpcStream(v1::PolicyService::Stub& stub,
                                                  std::unique_ptr<grpc::ClientContext> context,
                                                  StreamHandlers handlers);

}  // namespace postern

#endif  // POSTERN_CLIENT_GRPC_STREAM_H_
