// Responses of PolicyService, put together from bytes that are ready.
// An answer from the cache is sent as it lies there, without being parsed or
// serialized (wire.h).
#ifndef POSTERN_SERVER_RPC_POLICY_WIRE_H_
#define POSTERN_SERVER_RPC_POLICY_WIRE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"
#include "server/core/dane/policy.h"
#include "server/io/policy_cache.h"

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

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_WIRE_H_
