// Policies as protos.
#ifndef POSTERN_SERVER_RPC_POLICY_CONVERT_H_
#define POSTERN_SERVER_RPC_POLICY_CONVERT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "postern/v1/dane.pb.h"
#include "postern/v1/policy.pb.h"
#include "server/core/dane/policy.h"

namespace postern {

// ToProto converts all of a policy but its trace.
v1::DomainPolicy ToProto(const DomainPolicy& policy);

// TraceToProto converts the trace alone: a DomainPolicy with no other field.
v1::DomainPolicy TraceToProto(const DomainPolicy& policy);

// ToProto converts a mode; nothing is MODE_UNSPECIFIED.
v1::Dane::Mode ToProto(std::optional<DaneMode> mode);

// ParseNextHop reads a domain, a host or an address literal to its normal form.
// Fails with INVALID_ARGUMENT and a message that begins with `field`.
absl::StatusOr<std::string> ParseNextHop(absl::string_view field, const std::string& text);

// QuestionFromProto checks and converts a request. Fails with INVALID_ARGUMENT
// and a message that begins with the field's name.
absl::StatusOr<PolicyQuestion> QuestionFromProto(const v1::ResolveDomainPolicyRequest& request);
absl::StatusOr<PolicyQuestion> QuestionFromProto(const v1::ResolveRelayPolicyRequest& request);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_CONVERT_H_
