// SSL_connect with a deadline.
#ifndef POSTERN_CLIENT_TLS_CONNECT_TLS_H_
#define POSTERN_CLIENT_TLS_CONNECT_TLS_H_

#include <openssl/ssl.h>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace postern {

// ConnectTls is SSL_connect over the socket of ssl, which is non-blocking meanwhile
// and then as it was. Fails with UNAVAILABLE if the handshake does, and with
// DEADLINE_EXCEEDED.
absl::Status ConnectTls(SSL* ssl, absl::Time deadline);

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_CONNECT_TLS_H_
