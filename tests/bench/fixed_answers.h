// The answers that a no-op server gives: those of a real one, once.
#ifndef POSTERN_TESTS_BENCH_FIXED_ANSWERS_H_
#define POSTERN_TESTS_BENCH_FIXED_ANSWERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// FixedAnswers are of one domain; the batch holds its answer 64 times.
struct FixedAnswers {
  v1::ResolveDomainPolicyResponse unary;
  v1::ResolveDomainPolicyBatchResponse batch;
  v1::StreamDomainPoliciesResponse stream;
};

// FetchAnswers asks the server at `address`. Fails with its status.
absl::StatusOr<FixedAnswers> FetchAnswers(const std::string& address, const std::string& domain);

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_FIXED_ANSWERS_H_
