// A TLS client's SSL object made ready for a host by its policy (RFC 7672,
// section 8).
#ifndef POSTERN_CLIENT_TLS_PREPARE_HANDSHAKE_H_
#define POSTERN_CLIENT_TLS_PREPARE_HANDSHAKE_H_

#include <openssl/ssl.h>

#include "absl/status/status.h"
#include "client/tls/handshake_options.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// PrepareHandshake is called before SSL_connect, after SSL_set_session if a
// session is to be resumed. It sets of ssl
//   - server_name: policy.sni, the TLSA base domain under DANE (section 8.1); none
//     for an IP address;
//   - the versions: TLS 1.2 at least where DANE, require_pkix or what the policy
//     requires of revocation demands authentication; else what the SSL object has, so
//     that opportunistic TLS reaches whom the worker's OpenSSL configuration lets it
//     reach;
//   - the cipher suites: without the anonymous ones where authentication is
//     demanded; else what the SSL object has, if not all are anonymous (section 8.2);
//   - the status request, if policy.request_ocsp;
//   - SSL_VERIFY_NONE: OpenSSL takes any certificate, so that the handshake ends and
//     there is something to judge. That is safe because the verdict gates the mail:
//     nothing is sent but EHLO before VerifyHandshake has said PROCEED;
//   - no renegotiation: a verdict is of one handshake, and the certificate that was
//     judged stays.
// A session that has lost its certificates (after i2d_SSL_SESSION, which keeps the
// first alone), and any session where the policy demands a staple or a revocation
// status, is taken away, so that a full handshake brings them again.
//
// Raw public keys (RFC 7250) are not offered: OpenSSL 3.0 does not know them.
//
// Fails with FAILED_PRECONDITION if the policy is SKIP or a verdict that this
// library does not know, or if the versions or cipher suites of the SSL object
// leave nothing that is allowed; the message says which.
absl::Status PrepareHandshake(SSL* ssl, const v1::HostPolicy& policy,
                              const HandshakeOptions& options = {});

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_PREPARE_HANDSHAKE_H_
