// What a client can take of a gRPC server. For Server, and for what is measured
// beside it.
#ifndef POSTERN_SERVER_GRPC_LIMITS_H_
#define POSTERN_SERVER_GRPC_LIMITS_H_

#include <cstddef>

#include "grpcpp/grpcpp.h"
#include "server/config.h"

namespace postern {

// LimitGrpc sets message, metadata, stream and connection limits, and what goes with
// them. Connections and messages take `memory_bytes`: near it gRPC reads less at a time,
// and drops new connections. For use before BuildAndStart.
void LimitGrpc(const LimitsConfig& limits, size_t memory_bytes, grpc::ServerBuilder& builder);

}  // namespace postern

#endif  // POSTERN_SERVER_GRPC_LIMITS_H_
