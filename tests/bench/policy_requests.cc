#include "tests/bench/policy_requests.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"

namespace postern {
namespace {

using google::protobuf::io::CodedInputStream;

constexpr uint32_t kMessageTag = 1 << 3 | 2;  // questions and answers are field 1
constexpr uint32_t kIdTag = 1 << 3;           // request_id is field 1 of each, and comes first

grpc::ByteBuffer Serialize(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

bool Parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message) {
  grpc::Slice slice;
  return bytes.DumpToSingleSlice(&slice).ok() &&
         message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()));
}

void Count(const v1::DomainPolicy& policy, PolicyVerdicts& verdicts) {
  ++verdicts.domains;
  if (policy.verdict() == v1::DomainPolicy::HOSTS) ++verdicts.with_hosts;
  if (policy.hosts_size() > 0 && policy.hosts(0).verdict() == v1::HostPolicy::DANE) {
    ++verdicts.with_dane;
  }
}

}  // namespace

std::string PolicyMethod(absl::string_view load) {
  if (load == "unary") return "/postern.v1.PolicyService/ResolveDomainPolicy";
  if (load == "batch") return "/postern.v1.PolicyService/ResolveDomainPolicyBatch";
  if (load == "stream") return "/postern.v1.PolicyService/StreamDomainPolicies";
  return "";
}

std::vector<grpc::ByteBuffer> PolicyRequests(absl::string_view load, const DomainRange& range) {
  std::vector<grpc::ByteBuffer> requests;
  const auto domain = [&range](size_t i) {
    return absl::StrCat("d", range.first + i, ".", range.zone);
  };
  if (load == "batch") {
    for (size_t begin = 0; begin < range.count; begin += kBatchSize) {
      v1::ResolveDomainPolicyBatchRequest batch;
      const size_t end = std::min(begin + kBatchSize, range.count);
      for (size_t i = begin; i < end; ++i) batch.add_requests()->set_domain(domain(i));
      requests.push_back(Serialize(batch));
    }
    return requests;
  }
  for (size_t i = 0; i < range.count; ++i) {
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain(i));
    requests.push_back(Serialize(request));
  }
  return requests;
}

std::vector<grpc::ByteBuffer> StreamRequests(const DomainRange& range, size_t questions) {
  std::vector<grpc::ByteBuffer> requests;
  for (size_t begin = 0; begin < range.count; begin += questions) {
    v1::StreamDomainPoliciesRequest request;
    for (size_t i = begin; i < begin + questions; ++i) {
      v1::StreamedQuestion& question = *request.add_questions();
      question.set_request_id(i);
      question.mutable_request()->set_domain(absl::StrCat("d", range.first + i, ".", range.zone));
    }
    requests.push_back(Serialize(request));
  }
  return requests;
}

std::vector<uint64_t> RequestIds(const grpc::ByteBuffer& message) {
  std::vector<uint64_t> ids;
  grpc::Slice slice;
  if (!message.TrySingleSlice(&slice).ok() && !message.DumpToSingleSlice(&slice).ok()) return ids;
  CodedInputStream in(slice.begin(), static_cast<int>(slice.size()));
  uint32_t size = 0;
  while (in.ReadTag() == kMessageTag && in.ReadVarint32(&size)) {
    const int end = in.CurrentPosition() + static_cast<int>(size);
    uint64_t id = 0;
    if (in.ReadTag() != kIdTag || !in.ReadVarint64(&id)) id = 0;  // absent
    ids.push_back(id);
    if (!in.Skip(end - in.CurrentPosition())) break;
  }
  return ids;
}

bool PolicyVerdicts::Add(absl::string_view load, const grpc::ByteBuffer& response) {
  if (load == "unary") {
    v1::ResolveDomainPolicyResponse one;
    if (!Parse(response, one)) return false;
    Count(one.policy(), *this);
  } else if (load == "stream") {
    v1::StreamDomainPoliciesResponse answers;
    if (!Parse(response, answers)) return false;
    for (const v1::StreamedAnswer& answer : answers.answers()) {
      Count(answer.result().policy(), *this);
    }
  } else {
    v1::ResolveDomainPolicyBatchResponse batch;
    if (!Parse(response, batch)) return false;
    for (const v1::DomainPolicyResult& result : batch.results()) Count(result.policy(), *this);
  }
  return true;
}

}  // namespace postern
