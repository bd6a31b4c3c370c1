// Which TLS sessions may be resumed: those of connections whose verdict was good.
//
// A resumed session brings the certificates of the first handshake with it, and the
// verdict on them is asked again on each connection: resumption saves the handshake,
// never the check. A client that wants it keeps what TakeSession gives and hands
// that to SSL_set_session before PrepareHandshake, on the way to the same host.
#ifndef POSTERN_CLIENT_TLS_SESSIONS_H_
#define POSTERN_CLIENT_TLS_SESSIONS_H_

#include <openssl/ssl.h>

#include <memory>

namespace postern {

// FreeSession deletes an SSL_SESSION.
struct FreeSession {
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SessionPtr = std::unique_ptr<SSL_SESSION, FreeSession>;

// MayKeepSession is true after VerifyHandshake got the server's PROCEED for ssl, no
// failed audit, and no certificate that is revoked or lacks the staple that it demands:
// a resumed session brings no staple, so that this would be forgotten. A callback of
// SSL_CTX_sess_set_new_cb asks it before it keeps a session: a ticket of TLS 1.3 may come
// at any time, also on a connection whose verdict was bad. In TLS 1.2 the callback runs
// before there is a verdict, so that it keeps none: use TakeSession.
bool MayKeepSession(const SSL* ssl);

// TakeSession gives the newest session of a connection, or null if it may not be
// kept or cannot be resumed. Call it when the connection has been used, since a
// ticket of TLS 1.3 comes with what is read; after that SSL_shutdown before
// SSL_free, else OpenSSL takes the session for broken.
SessionPtr TakeSession(SSL* ssl);

namespace client_internal {

// MarkSession sets what MayKeepSession says.
void MarkSession(SSL* ssl, bool may_keep);

// DropSession makes MayKeepSession false, takes the connection's session out of the
// cache of its SSL_CTX, and marks it as one not to be resumed.
void DropSession(SSL* ssl);

}  // namespace client_internal
}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_SESSIONS_H_
