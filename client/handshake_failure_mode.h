// From the outcome of a handshake call to what the caller gets. Pure.
#ifndef POSTERN_CLIENT_HANDSHAKE_FAILURE_MODE_H_
#define POSTERN_CLIENT_HANDSHAKE_FAILURE_MODE_H_

#include "absl/status/statusor.h"
#include "client/handshake_answer.h"
#include "client/options.h"
#include "postern/v1/handshake.pb.h"

namespace postern {

// HandshakeDemand is what the policy of a request demands of the handshake.
enum class HandshakeDemand {
  // Nothing: TLS or clear text.
  kNothing,
  // TLS, and there is TLS: nothing more.
  kTlsThatIsThere,
  // Authentication, or TLS that is not there, or there was to be no connection.
  kMore,
  // kMore, of a policy that is audited: log it, and proceed.
  kMoreAudited,
};

// DemandOf reads the demand of a request. A verdict or a state of TLS that it
// does not know demands more.
HandshakeDemand DemandOf(const v1::VerifyHandshakeRequest& request);

// HandshakeOf gives the verdict of a response, or INTERNAL if it holds none, or
// one without an action.
absl::StatusOr<v1::HandshakeVerdict> HandshakeOf(
    absl::StatusOr<v1::VerifyHandshakeResponse> response);

// HandshakeOutcomeOf gives the verdict of a result, or the error that it holds;
// INTERNAL if it holds neither, or an error whose code is not one.
absl::StatusOr<v1::HandshakeVerdict> HandshakeOutcomeOf(v1::HandshakeResult result);

// HandshakeAnswerFor applies the failure mode: outcome is the server's verdict or
// why there is none.
absl::StatusOr<HandshakeAnswer> HandshakeAnswerFor(HandshakeDemand demand,
                                                   HandshakeFailureMode mode,
                                                   absl::StatusOr<v1::HandshakeVerdict> outcome);

}  // namespace postern

#endif  // POSTERN_CLIENT_HANDSHAKE_FAILURE_MODE_H_
