// Several servers under the same load in turn, and what came of it as JSON.
#ifndef POSTERN_TESTS_BENCH_LOAD_IN_TURN_H_
#define POSTERN_TESTS_BENCH_LOAD_IN_TURN_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "tests/bench/load.h"

namespace postern {

// LoadTargets are loads by the names of their servers.
using LoadTargets = std::vector<std::pair<std::string, std::unique_ptr<Load>>>;

// PrintSample prints an object without its last brace: "target", "responses_per_s",
// "p50_us", "p99_us". False where a call failed, of which standard error then tells.
bool PrintSample(const std::string& program, const std::string& target, LoadSample& sample);

// LoadInTurn runs each for so many seconds, and all of that `rounds` times after a round
// that warms up. It prints an object a line, and returns the program's exit status.
int LoadInTurn(const std::string& program, const LoadTargets& targets, int rounds, double seconds);

// OursAndFloor are unary loads, alike but for the address.
LoadTargets OursAndFloor(const std::string& ours, const std::string& floor, LoadOptions options);

// Serialized makes of messages what LoadOptions takes.
template <typename Request>
std::vector<grpc::ByteBuffer> Serialized(const std::vector<Request>& requests) {
  std::vector<grpc::ByteBuffer> serialized;
  for (const Request& request : requests) {
    const grpc::Slice slice(request.SerializeAsString());
    serialized.emplace_back(&slice, 1);
  }
  return serialized;
}

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_LOAD_IN_TURN_H_
