#include "tests/bench/policy_requests.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/protobuf/message_lite.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"

namespace postern {
namespace {

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
    v1::StreamDomainPoliciesRequest request;
    request.set_request_id(i);
    request.mutable_request()->set_domain(domain(i));
    requests.push_back(load == "stream" ? Serialize(request) : Serialize(request.request()));
  }
  return requests;
}

bool PolicyVerdicts::Add(absl::string_view load, const grpc::ByteBuffer& response) {
  if (load == "unary") {
    v1::ResolveDomainPolicyResponse one;
    if (!Parse(response, one)) return false;
    Count(one.policy(), *this);
  } else if (load == "stream") {
    v1::StreamDomainPoliciesResponse one;
    if (!Parse(response, one)) return false;
    Count(one.result().policy(), *this);
  } else {
    v1::ResolveDomainPolicyBatchResponse batch;
    if (!Parse(response, batch)) return false;
    for (const v1::DomainPolicyResult& result : batch.results()) Count(result.policy(), *this);
  }
  return true;
}

}  // namespace postern
