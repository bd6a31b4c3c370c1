// What a Client answers to a policy question. A value.
#ifndef POSTERN_CLIENT_POLICY_ANSWER_H_
#define POSTERN_CLIENT_POLICY_ANSWER_H_

#include "absl/status/status.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// PolicyAnswer is a policy, and whether the service said so.
//
// A caller that switches on a verdict treats a value that it does not know, from
// a newer server, as DEFER for a domain and SKIP for a host.
struct PolicyAnswer {
  // The server's policy. Where no answer came: the verdict DEFER with the reason
  // REASON_UNSPECIFIED (which no server sends), the domain as it was asked for,
  // words in detail, and no expire_time: it holds for this one delivery.
  v1::DomainPolicy policy;
  // True if the policy is the server's.
  bool from_server = false;
  // OK if the policy is the server's, else why there was no answer.
  absl::Status status;
};

}  // namespace postern

#endif  // POSTERN_CLIENT_POLICY_ANSWER_H_
