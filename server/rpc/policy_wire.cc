#include "server/rpc/policy_wire.h"

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_convert.h"
#include "server/rpc/wire.h"

namespace postern {
namespace {

using google::protobuf::io::CodedOutputStream;

absl::string_view PolicyBytes(const PolicyOutcome& outcome) {
  return outcome.include_trace ? outcome.policy->policy_and_trace() : outcome.policy->policy();
}

// The field of a DomainPolicyResult and its bytes; `error` keeps those of an error.
struct Result {
  int field;
  absl::string_view bytes;
};

Result ResultOf(const PolicyOutcome& outcome, std::string& error) {
  if (outcome.policy != nullptr) {
    return {v1::DomainPolicyResult::kPolicyFieldNumber, PolicyBytes(outcome)};
  }
  v1::RequestError proto;
  proto.set_code(static_cast<int>(outcome.error.code()));
  proto.set_message(std::string(outcome.error.message()));
  error = proto.SerializeAsString();
  return {v1::DomainPolicyResult::kErrorFieldNumber, error};
}

}  // namespace

EncodedPolicy EncodePolicy(const DomainPolicy& policy) {
  return {ToProto(policy).SerializeAsString(), TraceToProto(policy).SerializeAsString()};
}

void EncodeResponse(const PolicyOutcome& outcome, grpc::ByteBuffer& response) {
  static_assert(v1::ResolveDomainPolicyResponse::kPolicyFieldNumber ==
                v1::ResolveRelayPolicyResponse::kPolicyFieldNumber);
  const absl::string_view policy = PolicyBytes(outcome);
  WireWriter writer(FieldSize(policy.size()));
  writer.Message(v1::ResolveDomainPolicyResponse::kPolicyFieldNumber, policy.size());
  writer.Bytes(policy);
  writer.Finish(response);
}

void EncodeBatchResponse(const std::vector<PolicyOutcome>& outcomes, grpc::ByteBuffer& response) {
  std::vector<std::string> errors(outcomes.size());  // empty ones do not allocate
  std::vector<Result> results;
  results.reserve(outcomes.size());
  size_t size = 0;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    results.push_back(ResultOf(outcomes[i], errors[i]));
    size += FieldSize(FieldSize(results.back().bytes.size()));
  }
  WireWriter writer(size);
  for (const Result& result : results) {
    writer.Message(v1::ResolveDomainPolicyBatchResponse::kResultsFieldNumber,
                   FieldSize(result.bytes.size()));
    writer.Message(result.field, result.bytes.size());
    writer.Bytes(result.bytes);
  }
  writer.Finish(response);
}

grpc::Slice EncodeStreamAnswers(const std::vector<StreamedOutcome>& answers) {
  std::vector<std::string> errors(answers.size());  // empty ones do not allocate
  std::vector<Result> results;
  results.reserve(answers.size());
  const auto answer_size = [](uint64_t id, const Result& result) {
    return kTagSize + CodedOutputStream::VarintSize64(id) +
           FieldSize(FieldSize(result.bytes.size()));
  };
  size_t size = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    results.push_back(ResultOf(answers[i].outcome, errors[i]));
    size += FieldSize(answer_size(answers[i].request_id, results.back()));
  }
  WireWriter writer(size);
  for (size_t i = 0; i < answers.size(); ++i) {
    const uint64_t id = answers[i].request_id;
    writer.Message(v1::StreamDomainPoliciesResponse::kAnswersFieldNumber,
                   answer_size(id, results[i]));
    writer.Uint64(v1::StreamedAnswer::kRequestIdFieldNumber, id);
    writer.Message(v1::StreamedAnswer::kResultFieldNumber, FieldSize(results[i].bytes.size()));
    writer.Message(results[i].field, results[i].bytes.size());
    writer.Bytes(results[i].bytes);
  }
  return writer.Finish();
}

}  // namespace postern
