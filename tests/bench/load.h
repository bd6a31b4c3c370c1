// Load on a server of PolicyService, measured from the client's side.
//
// Requests are serialized beforehand and responses are not parsed: the client is to
// cost as little as it can, the same for every server. Not thread safe.
#ifndef POSTERN_TESTS_BENCH_LOAD_H_
#define POSTERN_TESTS_BENCH_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"

namespace postern {

// LoadOptions says what to send, to whom, and how much of it at a time.
struct LoadOptions {
  std::string address;
  std::string method;  // "/postern.v1.PolicyService/..."
  // Sent one after the other, and again from the first.
  std::vector<grpc::ByteBuffer> requests;
  // Of a stream: the questions of each message; those of the i-th begin with the id
  // i * questions. A message is answered once all of them are.
  size_t questions = 1;
  size_t in_flight = 1;  // of all connections together
  size_t connections = 1;
  // Gets each response, on any of the load's threads; may be empty.
  std::function<void(const grpc::ByteBuffer&)> on_response;
};

// LoadSample is one measurement.
struct LoadSample {
  uint64_t responses = 0;
  double seconds = 0;
  std::vector<int64_t> latencies_ns;  // of each response
  std::string error;                  // the first call that failed; then nothing else counts
};

// Load keeps `in_flight` requests under way on connections that stay open.
class Load {
 public:
  virtual ~Load() = default;

  // RunFor measures for a time.
  virtual LoadSample RunFor(absl::Duration duration) = 0;
  // RunOnce sends each request once, and measures until all are answered.
  virtual LoadSample RunOnce() = 0;
};

// Calls of a unary method.
std::unique_ptr<Load> NewUnaryLoad(LoadOptions options);

// Messages on one stream a connection.
std::unique_ptr<Load> NewStreamLoad(LoadOptions options);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_LOAD_H_
