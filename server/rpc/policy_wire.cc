#include "server/rpc/policy_wire.h"

#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/io/coded_stream.h"
#include "grpc/slice.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"
#include "server/rpc/policy_convert.h"

namespace postern {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr size_t kTagSize = 1;  // fields 1 to 15

// The tag of a field that holds a message.
constexpr uint8_t Tag(int field) { return static_cast<uint8_t>(field << 3 | 2); }

// A slice to be filled from front to back.
class Writer {
 public:
  explicit Writer(size_t size)
      : slice_(grpc_slice_malloc(size)), next_(GRPC_SLICE_START_PTR(slice_)) {}

  void Message(int field, size_t size) {
    *next_++ = Tag(field);
    next_ = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), next_);
  }
  void Uint64(int field, uint64_t value) {
    *next_++ = static_cast<uint8_t>(field << 3);
    next_ = CodedOutputStream::WriteVarint64ToArray(value, next_);
  }
  void Bytes(absl::string_view bytes) {
    std::memcpy(next_, bytes.data(), bytes.size());
    next_ += bytes.size();
  }

  grpc::Slice Finish() { return grpc::Slice(slice_, grpc::Slice::STEAL_REF); }
  void Finish(grpc::ByteBuffer& response) {
    const grpc::Slice slice = Finish();
    grpc::ByteBuffer filled(&slice, 1);
    response.Swap(&filled);
  }

 private:
  grpc_slice slice_;
  uint8_t* next_;
};

size_t FieldSize(size_t size) {
  return kTagSize + CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) + size;
}

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
  Writer writer(FieldSize(policy.size()));
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
  Writer writer(size);
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
  Writer writer(size);
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

bool ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& request) {
  grpc::Slice slice;
  if (!bytes.TrySingleSlice(&slice).ok() && !bytes.DumpToSingleSlice(&slice).ok()) return false;
  return request.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

}  // namespace postern
