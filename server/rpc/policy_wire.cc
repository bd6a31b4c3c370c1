#include "server/rpc/policy_wire.h"

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/unknown_field_set.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/field_error.h"
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

using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

absl::Status NoMessage(const google::protobuf::Message& request) {
  return absl::InvalidArgumentError(
      absl::StrCat("the request is no ", request.GetTypeName(), " message"));
}

template <typename Message>
bool Parse(absl::string_view bytes, Message& message) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// IsMessage tells whether bytes are fields, of whatever message. If they are and it
// cannot be parsed, a text in it is not UTF-8: there is nothing else that proto3 refuses.
bool IsMessage(absl::string_view bytes) {
  UnknownFieldSet fields;
  return Parse(bytes, fields);
}

enum class Parsed { kWell, kNotUtf8, kNot };

Parsed ParseQuestion(absl::string_view bytes, v1::ResolveDomainPolicyRequest& question) {
  if (Parse(bytes, question)) return Parsed::kWell;
  question.Clear();
  return IsMessage(bytes) ? Parsed::kNotUtf8 : Parsed::kNot;
}

// Its id is read in any case: the error has to be answered to it.
Parsed ParseStreamedQuestion(absl::string_view bytes, v1::StreamedQuestion& question) {
  if (Parse(bytes, question)) return Parsed::kWell;
  question.Clear();
  UnknownFieldSet fields;
  if (!Parse(bytes, fields)) return Parsed::kNot;
  for (int i = 0; i < fields.field_count(); ++i) {
    const UnknownField& field = fields.field(i);
    if (field.number() == v1::StreamedQuestion::kRequestIdFieldNumber &&
        field.type() == UnknownField::TYPE_VARINT) {
      question.set_request_id(field.varint());
    } else if (field.number() == v1::StreamedQuestion::kRequestFieldNumber &&
               field.type() == UnknownField::TYPE_LENGTH_DELIMITED &&
               !IsMessage(field.length_delimited())) {
      return Parsed::kNot;
    }
  }
  return Parsed::kNotUtf8;
}

// Parses a message of elements, and, where it cannot be parsed, each element by itself.
template <typename Message, typename Elements, typename ParseElement>
absl::Status ParseEach(const grpc::ByteBuffer& bytes, int number, Message& message,
                       Elements& elements, ParseElement parse_element,
                       absl::flat_hash_set<int>& not_utf8) {
  const grpc::Slice slice = SingleSlice(bytes);
  if (Parse(ViewOf(slice), message)) return absl::OkStatus();
  message.Clear();
  std::vector<absl::string_view> found;
  if (!SplitMessages(ViewOf(slice), number, std::numeric_limits<size_t>::max(), found)) {
    return NoMessage(message);
  }
  for (const absl::string_view one : found) {
    const Parsed parsed = parse_element(one, *elements.Add());
    if (parsed == Parsed::kNot) return NoMessage(message);
    if (parsed == Parsed::kNotUtf8) not_utf8.insert(elements.size() - 1);
  }
  return absl::OkStatus();
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

absl::Status NotUtf8(absl::string_view name_field) {
  return FieldError(name_field, "not UTF-8; send A-labels, or U-labels in UTF-8");
}

absl::Status ParseOne(const grpc::ByteBuffer& bytes, absl::string_view name_field,
                      google::protobuf::Message& request) {
  const grpc::Slice slice = SingleSlice(bytes);
  if (Parse(ViewOf(slice), request)) return absl::OkStatus();
  return IsMessage(ViewOf(slice)) ? NotUtf8(name_field) : NoMessage(request);
}

absl::Status ParseBatch(const grpc::ByteBuffer& bytes, v1::ResolveDomainPolicyBatchRequest& request,
                        absl::flat_hash_set<int>& not_utf8) {
  return ParseEach(bytes, v1::ResolveDomainPolicyBatchRequest::kRequestsFieldNumber, request,
                   *request.mutable_requests(), ParseQuestion, not_utf8);
}

absl::Status ParseStreamed(const grpc::ByteBuffer& bytes, v1::StreamDomainPoliciesRequest& request,
                           absl::flat_hash_set<int>& not_utf8) {
  return ParseEach(bytes, v1::StreamDomainPoliciesRequest::kQuestionsFieldNumber, request,
                   *request.mutable_questions(), ParseStreamedQuestion, not_utf8);
}

}  // namespace postern
