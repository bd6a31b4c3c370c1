#include "client/tls/verify_handshake.h"

#include "client/tls/handshake_request.h"
#include "client/tls/sessions.h"

namespace postern {

absl::StatusOr<HandshakeAnswer> VerifyHandshake(SSL* ssl, const v1::HostPolicy& policy,
                                                const Client& client,
                                                const HandshakeOptions& options,
                                                const CallContext& context) {
  // Until there is a verdict, and if there is none.
  client_internal::MarkSession(ssl, false);
  absl::StatusOr<HandshakeAnswer> answer = [&]() -> absl::StatusOr<HandshakeAnswer> {
    auto request = MakeHandshakeRequest(ssl, policy, options);
    if (!request.ok()) return request.status();
    return client.VerifyHandshake(*request, context);
  }();
  const bool good = answer.ok() && answer->from_server &&
                    answer->handshake.action() == v1::HandshakeVerdict::PROCEED &&
                    !answer->handshake.audit_failure();
  if (good) {
    client_internal::MarkSession(ssl, true);
  } else {
    client_internal::DropSession(ssl);
  }
  return answer;
}

absl::StatusOr<HandshakeAnswer> VerifyWithoutTls(v1::VerifyHandshakeRequest::Tls tls,
                                                 const v1::HostPolicy& policy, const Client& client,
                                                 const HandshakeOptions& options,
                                                 const CallContext& context) {
  return client.VerifyHandshake(MakeNoTlsRequest(tls, policy, options), context);
}

}  // namespace postern
