// A server with posternd's limits, for the floors.
#ifndef POSTERN_TESTS_BENCH_SERVE_FLOOR_H_
#define POSTERN_TESTS_BENCH_SERVE_FLOOR_H_

#include "grpcpp/impl/service_type.h"

namespace postern {

// BlockEndSignals keeps SIGTERM and SIGINT for ServeFloor; to be called before there
// are threads.
void BlockEndSignals();

// ServeFloor listens on a port of its own choice, prints "listening PORT", and returns
// the exit status after SIGTERM or SIGINT.
int ServeFloor(grpc::Service& service);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_SERVE_FLOOR_H_
