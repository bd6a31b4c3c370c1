// The real Connection: a gRPC channel, kept for the life of the process.
//
// gRPC does not survive fork(): a worker that forks makes its connection in the
// child. Debian's Abseil aborts the process on what its mutex takes for a
// deadlock; an executable that uses this library begins main() with
//   absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#ifndef POSTERN_CLIENT_GRPC_CONNECTION_H_
#define POSTERN_CLIENT_GRPC_CONNECTION_H_

#include <memory>

#include "absl/status/statusor.h"
#include "client/connection.h"
#include "client/options.h"

namespace postern {

// MakeGrpcConnection makes a Connection to options.target. It connects with the
// first call, and again after a loss. Fails with INVALID_ARGUMENT as CheckOptions,
// FAILED_PRECONDITION if a TLS file cannot be used.
absl::StatusOr<std::shared_ptr<Connection>> MakeGrpcConnection(const Options& options);

}  // namespace postern

#endif  // POSTERN_CLIENT_GRPC_CONNECTION_H_
