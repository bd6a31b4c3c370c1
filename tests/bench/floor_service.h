// PolicyService that does nothing, twice. For floor_server.
#ifndef POSTERN_TESTS_BENCH_FLOOR_SERVICE_H_
#define POSTERN_TESTS_BENCH_FLOOR_SERVICE_H_

#include <memory>

#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/service_type.h"
#include "tests/bench/fixed_answers.h"

namespace postern {

// GeneratedFloor has the generated messages, pooled, as one would write a service whose
// answers never differ. RawFloor sends bytes that were serialized once and reads nothing
// but a stream's ids: what no service that answers can do, and gRPC's own cost.
std::unique_ptr<grpc::Service> NewGeneratedFloor(const FixedAnswers& answers);
std::unique_ptr<grpc::Service> NewRawFloor(const FixedAnswers& answers);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_FLOOR_SERVICE_H_
