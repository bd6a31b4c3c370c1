#include "server/rpc/policy_service.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_call.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/policy_wire.h"
#include "server/rpc/reused_message.h"
#include "server/rpc/status_convert.h"

namespace postern {
namespace {

constexpr int kMaxBatch = 256;

void EncodeOne(const std::vector<PolicyOutcome>& outcomes, grpc::ByteBuffer& response) {
  EncodeResponse(outcomes.front(), response);
}

template <typename Request>
absl::StatusOr<PolicyQuestion> ParseQuestion(const grpc::ByteBuffer& bytes,
                                             absl::string_view name_field, bool& include_trace) {
  thread_local ReusedMessage<Request> reused;
  const typename ReusedMessage<Request>::Use use(reused, bytes.Length());
  Request& request = use.message();
  if (absl::Status status = ParseOne(bytes, name_field, request); !status.ok()) return status;
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
      ParseQuestion<v1::ResolveDomainPolicyRequest>(*request, "domain", include_trace);
  return Resolve(context, question, include_trace, response);
}

grpc::ServerUnaryReactor* PolicyService::ResolveRelayPolicy(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request,
                                                            grpc::ByteBuffer* response) {
  bool include_trace = false;
  const absl::StatusOr<PolicyQuestion> question =
      ParseQuestion<v1::ResolveRelayPolicyRequest>(*request, "host", include_trace);
  return Resolve(context, question, include_trace, response);
}

grpc::ServerUnaryReactor* PolicyService::ResolveDomainPolicyBatch(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  using Batch = ReusedMessage<v1::ResolveDomainPolicyBatchRequest>;
  thread_local Batch reused;
  const Batch::Use use(reused, request->Length());
  v1::ResolveDomainPolicyBatchRequest& batch = use.message();
  absl::flat_hash_set<int> not_utf8;  // does not allocate while it is empty
  if (absl::Status status = ParseBatch(*request, batch, not_utf8); !status.ok()) {
    return FinishNow(context, status);
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
    absl::StatusOr<PolicyQuestion> question =
        not_utf8.contains(static_cast<int>(i)) ? NotUtf8("domain") : QuestionFromProto(one);
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
