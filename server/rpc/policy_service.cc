#include "server/rpc/policy_service.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_call.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"
#include "server/rpc/status_convert.h"
#include "server/rpc/wire.h"

namespace postern {
namespace {

constexpr int kMaxBatch = 256;

void EncodeOne(const std::vector<PolicyOutcome>& outcomes, grpc::ByteBuffer& response) {
  EncodeResponse(outcomes.front(), response);
}

template <typename Request>
absl::StatusOr<PolicyQuestion> ParseQuestion(const grpc::ByteBuffer& bytes, bool& include_trace) {
  thread_local Request request;
  if (!ParseRequest(bytes, request)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the request is no ", request.GetTypeName(), " message"));
  }
  include_trace = request.include_trace();
  return QuestionFromProto(request);
}

}  // namespace

grpc::ServerUnaryReactor* PolicyService::Resolve(grpc::CallbackServerContext* context,
                                                 const absl::StatusOr<PolicyQuestion>& question,
                                                 bool include_trace, grpc::ByteBuffer* response) {
  if (!question.ok()) return FinishNow(context, question.status());
  PolicyOutcome outcome;
  outcome.include_trace = include_trace;
  outcome.policy = answers_.Remembered(*question, answers_.Now());
  if (outcome.policy != nullptr) {
    EncodeResponse(outcome, *response);
    return FinishNow(context, absl::OkStatus());
  }
  return PolicyCall::Start(answers_, {std::move(outcome)}, {{0, *question}}, /*refuse=*/true,
                           EncodeOne, context, response);
}

grpc::ServerUnaryReactor* PolicyService::ResolveDomainPolicy(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* request,
                                                             grpc::ByteBuffer* response) {
  bool include_trace = false;
  const absl::StatusOr<PolicyQuestion> question =
      ParseQuestion<v1::ResolveDomainPolicyRequest>(*request, include_trace);
  return Resolve(context, question, include_trace, response);
}

grpc::ServerUnaryReactor* PolicyService::ResolveRelayPolicy(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  bool include_trace = false;
  const absl::StatusOr<PolicyQuestion> question =
      ParseQuestion<v1::ResolveRelayPolicyRequest>(*request, include_trace);
  return Resolve(context, question, include_trace, response);
}

grpc::ServerUnaryReactor* PolicyService::ResolveDomainPolicyBatch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  thread_local v1::ResolveDomainPolicyBatchRequest batch;
  if (!ParseRequest(*request, batch)) {
    return FinishNow(
        context, absl::InvalidArgumentError("the request is no ResolveDomainPolicyBatchRequest"));
  }
  if (batch.requests_size() < 1 || batch.requests_size() > kMaxBatch) {
    return FinishNow(context, absl::InvalidArgumentError(absl::StrCat("requests: must hold 1 to ",
                                                                      kMaxBatch, " questions, not ",
                                                                      batch.requests_size())));
  }
  const absl::Time now = answers_.Now();
  std::vector<PolicyOutcome> outcomes(static_cast<size_t>(batch.requests_size()));
  std::vector<PolicyCall::Missing> missing;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const v1::ResolveDomainPolicyRequest& one = batch.requests(static_cast<int>(i));
    absl::StatusOr<PolicyQuestion> question = QuestionFromProto(one);
    outcomes[i].include_trace = one.include_trace();
    if (!question.ok()) {
      outcomes[i].error = question.status();
      continue;
    }
    outcomes[i].policy = answers_.Remembered(*question, now);
    if (outcomes[i].policy == nullptr) missing.push_back({i, *std::move(question)});
  }
  if (missing.empty()) {
    EncodeBatchResponse(outcomes, *response);
    return FinishNow(context, absl::OkStatus());
  }
  return PolicyCall::Start(answers_, std::move(outcomes), missing, /*refuse=*/false,
                           EncodeBatchResponse, context, response);
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* PolicyService::StreamDomainPolicies(
    grpc::CallbackServerContext* context) {
  return streams_.Open(answers_);
}

}  // namespace postern
