#include "tests/bench/fixed_answers.h"

#include <chrono>
#include <memory>

#include "absl/status/status.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/policy.grpc.pb.h"
#include "tests/bench/policy_requests.h"

namespace postern {

absl::StatusOr<FixedAnswers> FetchAnswers(const std::string& address, const std::string& domain) {
  const auto stub =
      v1::PolicyService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  v1::ResolveDomainPolicyRequest request;
  request.set_domain(domain);
  FixedAnswers answers;
  const grpc::Status status = stub->ResolveDomainPolicy(&context, request, &answers.unary);
  if (!status.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  for (size_t i = 0; i < kBatchSize; ++i) {
    *answers.batch.add_results()->mutable_policy() = answers.unary.policy();
  }
  *answers.stream.add_answers()->mutable_result()->mutable_policy() = answers.unary.policy();
  return answers;
}

}  // namespace postern
