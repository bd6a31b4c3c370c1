#include "client/handshake_failure_mode.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/failure_mode.h"

namespace postern {
namespace {

// A verdict without an action would let a caller that asks "is it NEXT_HOST?" go on.
absl::StatusOr<v1::HandshakeVerdict> Checked(v1::HandshakeVerdict* handshake) {
  if (handshake->action() == v1::HandshakeVerdict::ACTION_UNSPECIFIED) {
    return absl::InternalError("the server's verdict holds no action: report a bug of the server");
  }
  return std::move(*handshake);
}

// What demands authentication where the policy's verdict does not.
bool DemandsAuthentication(const v1::VerifyHandshakeRequest& request) {
  return request.require_pkix() || request.policy().require_ocsp() ||
         request.policy().require_revocation_status();
}

}  // namespace

HandshakeDemand DemandOf(const v1::VerifyHandshakeRequest& request) {
  const v1::HostPolicy& policy = request.policy();
  const bool tls = request.tls() == v1::VerifyHandshakeRequest::ESTABLISHED ||
                   request.tls() == v1::VerifyHandshakeRequest::TLS_UNSPECIFIED;
  const bool demanded = DemandsAuthentication(request);
  const bool mandatory = policy.mode() == v1::Dane::MANDATORY;
  switch (policy.verdict()) {
    case v1::HostPolicy::OPPORTUNISTIC:
      if (mandatory || demanded) break;
      if (!v1::VerifyHandshakeRequest::Tls_IsValid(request.tls())) break;
      return HandshakeDemand::kNothing;
    case v1::HostPolicy::TLS_UNAUTHENTICATED:
      if (!tls || mandatory || demanded) break;
      return HandshakeDemand::kTlsThatIsThere;
    case v1::HostPolicy::DANE:
      break;
    default:
      return HandshakeDemand::kMore;
  }
  // An audit is the operator's; who demands authentication does not get it by that.
  return policy.audit() && !demanded ? HandshakeDemand::kMoreAudited : HandshakeDemand::kMore;
}

absl::StatusOr<v1::HandshakeVerdict> HandshakeOf(
    absl::StatusOr<v1::VerifyHandshakeResponse> response) {
  if (!response.ok()) return response.status();
  if (!response->has_handshake()) {
    return absl::InternalError(
        "the server's response holds no verdict: report a bug of the server");
  }
  return Checked(response->mutable_handshake());
}

absl::StatusOr<v1::HandshakeVerdict> HandshakeOutcomeOf(v1::HandshakeResult result) {
  if (result.has_handshake()) return Checked(result.mutable_handshake());
  if (!result.has_error()) {
    return absl::InternalError("the server's result holds no verdict: report a bug of the server");
  }
  return StatusOf(result.error());
}

absl::StatusOr<HandshakeAnswer> HandshakeAnswerFor(HandshakeDemand demand,
                                                   HandshakeFailureMode mode,
                                                   absl::StatusOr<v1::HandshakeVerdict> outcome) {
  if (outcome.ok()) return HandshakeAnswer{*std::move(outcome), true, absl::OkStatus()};
  if (mode == HandshakeFailureMode::kReturnError || absl::IsInvalidArgument(outcome.status())) {
    return outcome.status();
  }
  HandshakeAnswer answer;
  v1::HandshakeVerdict& handshake = answer.handshake;
  const bool more = demand == HandshakeDemand::kMore || demand == HandshakeDemand::kMoreAudited;
  const bool next_host =
      mode == HandshakeFailureMode::kNextHost || demand == HandshakeDemand::kMore;
  handshake.set_verdict(more ? v1::HandshakeVerdict::FAILED
                             : v1::HandshakeVerdict::UNAUTHENTICATED);
  handshake.set_action(next_host ? v1::HandshakeVerdict::NEXT_HOST : v1::HandshakeVerdict::PROCEED);
  handshake.set_audit_failure(demand == HandshakeDemand::kMoreAudited);
  handshake.set_cv("no");
  handshake.set_detail(
      absl::StrCat("the Postern service did not answer: ", outcome.status().ToString()));
  answer.status = outcome.status();
  return answer;
}

}  // namespace postern
