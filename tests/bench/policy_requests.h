// Requests about numbered domains, serialized. For the bench's programs.
#ifndef POSTERN_TESTS_BENCH_POLICY_REQUESTS_H_
#define POSTERN_TESTS_BENCH_POLICY_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/support/byte_buffer.h"

namespace postern {

// DomainRange is d<first>.<zone> and so on.
struct DomainRange {
  std::string zone;
  size_t first = 1;
  size_t count = 1;
};

// kBatchSize is how many questions a batch holds.
constexpr size_t kBatchSize = 64;

// PolicyMethod returns the method that a load ("unary", "batch", "stream") calls, or "".
std::string PolicyMethod(absl::string_view load);

// PolicyRequests returns the requests, unary or batch, that ask for each domain once.
std::vector<grpc::ByteBuffer> PolicyRequests(absl::string_view load, const DomainRange& range);

// StreamRequests returns a stream's messages of so many questions each, of which the range
// is a multiple. The i-th question of all has the id i.
std::vector<grpc::ByteBuffer> StreamRequests(const DomainRange& range, size_t questions);

// RequestIds reads the ids of a stream's message, of questions or answers, and no more.
std::vector<uint64_t> RequestIds(const grpc::ByteBuffer& message);

// PolicyVerdicts counts what responses say.
struct PolicyVerdicts {
  size_t domains = 0;
  size_t with_hosts = 0;  // of the domains: the verdict HOSTS
  size_t with_dane = 0;   // of the domains: the first host's verdict DANE

  // Add reads a response; false where it is none.
  bool Add(absl::string_view load, const grpc::ByteBuffer& response);
};

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_POLICY_REQUESTS_H_
