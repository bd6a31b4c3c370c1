// allocations: how often an answer from the cache calls malloc, step by step. What gRPC
// does before and after is not ours, and not counted. Prints a JSON object: calls a
// request, by step.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.pb.h"
#include "server/core/dane/policy.h"
#include "server/io/clock.h"
#include "server/io/policy/policy_cache.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"
#include "tests/bench/policy_requests.h"
#include "tests/bench/two_hosts.h"

// glibc's names and parameters are not ours to choose.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-inconsistent-declaration-parameter-name)
extern "C" {
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
}

namespace {
size_t calls = 0;  // this program has one thread
}

extern "C" {
void* malloc(size_t size) { return ++calls, __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return ++calls, __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return ++calls, __libc_realloc(old, size); }
void* aligned_alloc(size_t alignment, size_t size) {
  return ++calls, __libc_memalign(alignment, size);
}
}
// NOLINTEND(bugprone-reserved-identifier,readability-inconsistent-declaration-parameter-name)

namespace postern {
namespace {

constexpr int kRepeat = 1000;

// Counts calls a request of one step, after a first time that may prepare something.
double Count(const std::function<void()>& step) {
  step();
  const size_t before = calls;
  for (int i = 0; i < kRepeat; ++i) step();
  return static_cast<double>(calls - before) / kRepeat;
}

int Main() {
  const SystemClock clock;
  TwoHostsSource source(clock.Now());
  PolicyCache cache(source, clock, EncodePolicy, PolicyCache::Options());
  const std::vector<grpc::ByteBuffer> requests =
      PolicyRequests("unary", {"a-name-of-usual-length.example", 1, 1});
  v1::ResolveDomainPolicyRequest request;
  if (!ParseOne(requests[0], "domain", request).ok()) return 1;
  const absl::StatusOr<PolicyQuestion> question = QuestionFromProto(request);
  if (!question.ok()) return 1;
  cache.Fetch(*question, std::make_shared<NoWaiter>());
  PolicyOutcome outcome;
  const double parse = Count([&] { (void)ParseOne(requests[0], "domain", request).ok(); });
  const double convert = Count([&] { (void)QuestionFromProto(request).ok(); });
  const double lookup = Count([&] { outcome.policy = cache.Lookup(*question, clock.Now()); });
  if (outcome.policy == nullptr) return 1;
  const double encode = Count([&] {
    grpc::ByteBuffer response;
    EncodeResponse(outcome, response);
  });
  const std::vector<PolicyOutcome> outcomes(kBatchSize, outcome);
  const double batch = Count([&] {
    grpc::ByteBuffer response;
    EncodeBatchResponse(outcomes, response);
  });
  std::vector<StreamedOutcome> streamed(64);
  for (StreamedOutcome& one : streamed) one.outcome = outcome;
  const double stream = Count([&] { EncodeStreamAnswers(streamed); });
  std::printf(
      "{\"parse\": %.2f, \"convert\": %.2f, \"lookup\": %.2f, \"encode\": %.2f, "
      "\"encode_batch\": %.2f, \"encode_stream\": %.2f}\n",
      parse, convert, lookup, encode, batch, stream);
  return 0;
}

}  // namespace
}  // namespace postern

int main() { return postern::Main(); }
