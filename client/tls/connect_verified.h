// All of a verified handshake in one call, for a worker that wants no more:
//
//   SSL_set_fd(ssl, socket);  // After the server's 220 to STARTTLS.
//   auto connection = ConnectVerified(ssl, policy, client);
//   if (!connection.ok() || !connection->may_use()) ...  // QUIT, the next host.
#ifndef POSTERN_CLIENT_TLS_CONNECT_VERIFIED_H_
#define POSTERN_CLIENT_TLS_CONNECT_VERIFIED_H_

#include <openssl/ssl.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/call_context.h"
#include "client/client.h"
#include "client/handshake_answer.h"
#include "client/tls/handshake_options.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern {

// ConnectOptions say how long ConnectVerified takes, and what it demands.
struct ConnectOptions {
  HandshakeOptions handshake;
  // For the handshake with the server; more than zero.
  absl::Duration handshake_timeout = absl::Minutes(1);
  // For the call to the service.
  CallContext verdict;
};

// ConnectResult is a handshake, or its failure, and its verdict.
struct ConnectResult {
  HandshakeAnswer answer;
  // OK if the handshake was completed, else why not: the connection is of no use
  // then, and with PROCEED mail may go in clear text over a new one.
  absl::Status tls;

  // may_use says that mail may go over this connection.
  bool may_use() const {
    return tls.ok() && answer.handshake.action() == v1::HandshakeVerdict::PROCEED;
  }
};

// ConnectVerified is PrepareHandshake, SSL_connect and VerifyHandshake. ssl has a
// socket (SSL_set_fd), blocking or not: it is non-blocking during the handshake and
// then as it was. The process ignores SIGPIPE.
//
// A failed handshake is told to the service and gets its verdict. Fails as
// PrepareHandshake and VerifyHandshake, and with FAILED_PRECONDITION if ssl has no
// socket.
absl::StatusOr<ConnectResult> ConnectVerified(SSL* ssl, const v1::HostPolicy& policy,
                                              const Client& client,
                                              const ConnectOptions& options = {});

}  // namespace postern

#endif  // POSTERN_CLIENT_TLS_CONNECT_VERIFIED_H_
