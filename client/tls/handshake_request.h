// The question about a handshake, from an SSL object: the one place that knows what
// the service is told.
#ifndef POSTERN_CLIENT_TLS_HANDSHAKE_REQUEST_H_
#define POSTERN_CLIENT_TLS_HANDSHAKE_REQUEST_H_

#include <openssl/ssl.h>

#include "absl/status/statusor.h"
#include "client/tls/handshake_options.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// MakeHandshakeRequest reads a completed handshake: the certificates in the order
// that the server sent them, the staple, and whether the session was resumed. A
// server without a certificate (an anonymous cipher suite) is told as such: a
// request without certificates.
//
// Certificates past the bounds of the service (16, and 65,536 bytes together) are
// left out, the last first: fewer prove less, never more.
//
// Fails with FAILED_PRECONDITION if the handshake is not complete, or if the
// session was resumed without its chain: connect again without that session
// (PrepareHandshake, called after SSL_set_session, sees to it).
absl::StatusOr<v1::VerifyHandshakeRequest> MakeHandshakeRequest(
    const SSL* ssl, const v1::HostPolicy& policy, const HandshakeOptions& options = {});

// MakeNoTlsRequest tells of a connection without TLS: NOT_OFFERED, HANDSHAKE_FAILED.
v1::VerifyHandshakeRequest MakeNoTlsRequest(v1::VerifyHandshakeRequest::Tls tls,
                                            const v1::HostPolicy& policy,
                                            const HandshakeOptions& options = {});

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_HANDSHAKE_REQUEST_H_
