// A gRPC stream of staples.
#ifndef POSTERN_CLIENT_GRPC_WATCH_H_
#define POSTERN_CLIENT_GRPC_WATCH_H_

#include <memory>

#include "client/connection.h"
#include "grpcpp/client_context.h"
#include "postern/v1/revocation.grpc.pb.h"

namespace postern {

// StartGrpcWatch opens a stream. The stub need not outlive the call.
std::unique_ptr<ConnectionWatch> StartGrpcWatch(v1::RevocationService::Stub& stub,
                                                std::shared_ptr<grpc::ClientContext> context,
                                                const v1::WatchStaplesRequest& request,
                                                WatchHandlers handlers);

}  // namespace postern

#endif  // POSTERN_CLIENT_GRPC_WATCH_H_
