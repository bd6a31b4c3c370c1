// From the outcome of a policy call to what the caller gets. Pure.
#ifndef POSTERN_CLIENT_FAILURE_MODE_H_
#define POSTERN_CLIENT_FAILURE_MODE_H_

#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "client/options.h"
#include "client/policy_answer.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// PolicyOf gives the policy of a response, or INTERNAL if it holds none. Response
// has a field "policy".
template <typename Response>
absl::StatusOr<v1::DomainPolicy> PolicyOf(absl::StatusOr<Response> response) {
  if (!response.ok()) return response.status();
  if (!response->has_policy()) {
    return absl::InternalError("the server's response holds no policy: report a bug of the server");
  }
  return std::move(*response->mutable_policy());
}

// StatusOf gives the error of a result; INTERNAL if its code is not one.
absl::Status StatusOf(const v1::RequestError& error);

// OutcomeOf gives the policy of a result, or the error that it holds; INTERNAL if
// it holds neither, or an error whose code is not one.
absl::StatusOr<v1::DomainPolicy> OutcomeOf(v1::DomainPolicyResult result);

// OfAllQuestions gives what each question of several is told of a call or stream that
// failed as a whole. INVALID_ARGUMENT is of one of them, and the others are not to blame.
absl::Status OfAllQuestions(const absl::Status& status);

// AnswerFor applies the failure mode: next_hop is the domain or host as it was
// asked for, outcome the server's policy or why there is none.
absl::StatusOr<PolicyAnswer> AnswerFor(std::string_view next_hop, PolicyFailureMode mode,
                                       absl::StatusOr<v1::DomainPolicy> outcome);

}  // namespace postern

#endif  // POSTERN_CLIENT_FAILURE_MODE_H_
