// The verdict on an SSL object's handshake, asked of the service.
#ifndef POSTERN_CLIENT_TLS_VERIFY_HANDSHAKE_H_
#define POSTERN_CLIENT_TLS_VERIFY_HANDSHAKE_H_

#include <openssl/ssl.h>

#include "absl/status/statusor.h"
#include "client/call_context.h"
#include "client/client.h"
#include "client/handshake_answer.h"
#include "client/tls/handshake_options.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// VerifyHandshake asks for the verdict on a completed handshake, on each connection,
// resumed or not, before MAIL FROM. The session may be kept (client/tls/sessions.h)
// if the server says PROCEED and no audit failed; else it is dropped.
//
// Fails as MakeHandshakeRequest and Client::VerifyHandshake. A caller goes on only
// with PROCEED in its hands: an error is the next host.
absl::StatusOr<HandshakeAnswer> VerifyHandshake(SSL* ssl, const v1::HostPolicy& policy,
                                                const Client& client,
                                                const HandshakeOptions& options = {},
                                                const CallContext& context = {});

// NoteVerdict is VerifyHandshake's second half, for a worker that asks by itself, as with
// MakeHandshakeRequest and Client::AsyncVerifyHandshake: it lets the session of ssl be
// kept, or drops it.
void NoteVerdict(SSL* ssl, const absl::StatusOr<HandshakeAnswer>& answer);

// VerifyWithoutTls asks what a connection without TLS is worth: NOT_OFFERED or
// HANDSHAKE_FAILED. With PROCEED mail may go in clear text; after a failed handshake
// over a new connection.
absl::StatusOr<HandshakeAnswer> VerifyWithoutTls(v1::VerifyHandshakeRequest::Tls tls,
                                                 const v1::HostPolicy& policy, const Client& client,
                                                 const HandshakeOptions& options = {},
                                                 const CallContext& context = {});

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_VERIFY_HANDSHAKE_H_
