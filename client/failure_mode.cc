#include "client/failure_mode.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {

absl::Status StatusOf(const v1::RequestError& error) {
  // 1 CANCELLED to 16 UNAUTHENTICATED: OK is no error.
  const int code = error.code();
  if (code < 1 || code > 16) {
    return absl::InternalError(
        absl::StrCat("the server's error has the code ", code, ": ", error.message()));
  }
  return absl::Status(static_cast<absl::StatusCode>(code), error.message());
}

absl::StatusOr<v1::DomainPolicy> OutcomeOf(v1::DomainPolicyResult result) {
  if (result.has_policy()) return std::move(*result.mutable_policy());
  if (!result.has_error()) {
    return absl::InternalError("the server's result holds no policy: report a bug of the server");
  }
  return StatusOf(result.error());
}

absl::Status OfAllQuestions(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return status;
  return absl::InternalError(absl::StrCat("the server refused all questions: ", status.message()));
}

absl::StatusOr<PolicyAnswer> AnswerFor(std::string_view next_hop, PolicyFailureMode mode,
                                       absl::StatusOr<v1::DomainPolicy> outcome) {
  if (outcome.ok()) return PolicyAnswer{*std::move(outcome), true, absl::OkStatus()};
  if (mode == PolicyFailureMode::kReturnError || absl::IsInvalidArgument(outcome.status())) {
    return outcome.status();
  }
  PolicyAnswer answer;
  answer.policy.set_domain(std::string(next_hop));
  answer.policy.set_verdict(v1::DomainPolicy::DEFER);
  answer.policy.set_detail(
      absl::StrCat("the Postern service did not answer: ", outcome.status().ToString()));
  answer.status = outcome.status();
  return answer;
}

}  // namespace postern
