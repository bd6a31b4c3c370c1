#include "client/tls/verify_handshake.h"

#include "client/tls/handshake_request.h"
#include "client/tls/sessions.h"

namespace postern {

namespace {

// A resumed session brings no staple, so that what this one lacked, or said, would be
// forgotten with it (CVE-2024-0853).
bool FailedRevocation(const v1::HandshakeVerdict& handshake) {
  return handshake.reason() == v1::HandshakeVerdict::CERTIFICATE_REVOKED ||
         handshake.reason() == v1::HandshakeVerdict::MUST_STAPLE;
}

}  // namespace

void NoteVerdict(SSL* ssl, const absl::StatusOr<HandshakeAnswer>& answer) {
  const bool good = answer.ok() && answer->from_server &&
                    answer->handshake.action() == v1::HandshakeVerdict::PROCEED &&
                    !answer->handshake.audit_failure() && !FailedRevocation(answer->handshake);
  if (good) {
    client_internal::MarkSession(ssl, true);
  } else {
    client_internal::DropSession(ssl);
  }
}

absl::StatusOr<HandshakeAnswer> VerifyHandshake(SSL* ssl, const v1::HostPolicy& policy,
                                                const Client& client,
                                                const HandshakeOptions& options,
                                                const CallContext& context) {
  // Until there is a verdict.
  client_internal::MarkSession(ssl, false);
  absl::StatusOr<v1::VerifyHandshakeRequest> request = MakeHandshakeRequest(ssl, policy, options);
  absl::StatusOr<HandshakeAnswer> answer = request.ok()
                                               ? client.VerifyHandshake(*request, context)
                                               : absl::StatusOr<HandshakeAnswer>(request.status());
  NoteVerdict(ssl, answer);
  return answer;
}

absl::StatusOr<HandshakeAnswer> VerifyWithoutTls(v1::VerifyHandshakeRequest::Tls tls,
                                                 const v1::HostPolicy& policy, const Client& client,
                                                 const HandshakeOptions& options,
                                                 const CallContext& context) {
  return client.VerifyHandshake(MakeNoTlsRequest(tls, policy, options), context);
}

}  // namespace postern
