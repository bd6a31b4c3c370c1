// Responses of PolicyService, put together from bytes that are ready.
// An answer from the cache is sent as it lies there, without being parsed or
// serialized (wire.h).
#ifndef POSTERN_SERVER_RPC_POLICY_WIRE_H_
#define POSTERN_SERVER_RPC_POLICY_WIRE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"
#include "postern/v1/policy.pb.h"
#include "server/core/dane/policy.h"
#include "server/io/policy/policy_cache.h"

namespace postern {

// EncodePolicy gives the bytes of a policy that the cache keeps.
EncodedPolicy EncodePolicy(const DomainPolicy& policy);

// PolicyOutcome is one answer, or why there is none.
struct PolicyOutcome {
  PolicyRef policy;    // null: there is none
  absl::Status error;  // only where policy is null
  bool include_trace = false;
};

// These two fill an empty buffer: gRPC's can be swapped, but not moved.

// A ResolveDomainPolicyResponse or ResolveRelayPolicyResponse; policy is not null.
void EncodeResponse(const PolicyOutcome& outcome, grpc::ByteBuffer& response);

// A ResolveDomainPolicyBatchResponse.
void EncodeBatchResponse(const std::vector<PolicyOutcome>& outcomes, grpc::ByteBuffer& response);

// StreamedOutcome is an outcome on a stream.
struct StreamedOutcome {
  uint64_t request_id = 0;
  PolicyOutcome outcome;
};

// Answers of a StreamDomainPoliciesResponse; several such slices, one after the other,
// are a response with all their answers.
grpc::Slice EncodeStreamAnswers(const std::vector<StreamedOutcome>& answers);

// ParseOne reads a request of one question. Fails with INVALID_ARGUMENT where the
// bytes are not one; `name_field` is what it calls the next hop, its only text.
absl::Status ParseOne(const grpc::ByteBuffer& bytes, absl::string_view name_field,
                      google::protobuf::Message& request);

// These two read a request of several questions. A domain that is not UTF-8 spoils only
// its own question: its index is put into `not_utf8`, and it has no domain. Fail with
// INVALID_ARGUMENT where the bytes are no such request.
absl::Status ParseBatch(const grpc::ByteBuffer& bytes, v1::ResolveDomainPolicyBatchRequest& request,
                        absl::flat_hash_set<int>& not_utf8);
absl::Status ParseStreamed(const grpc::ByteBuffer& bytes, v1::StreamDomainPoliciesRequest& request,
                           absl::flat_hash_set<int>& not_utf8);

// NotUtf8 is the error of a question whose next hop is not UTF-8.
absl::Status NotUtf8(absl::string_view name_field);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_WIRE_H_
