#include "client/tls/connect_verified.h"

#include <utility>

#include "absl/time/clock.h"
#include "client/tls/connect_tls.h"
#include "client/tls/prepare_handshake.h"
#include "client/tls/verify_handshake.h"

namespace postern {

absl::StatusOr<ConnectResult> ConnectVerified(SSL* ssl, const v1::HostPolicy& policy,
                                              const Client& client, const ConnectOptions& options) {
  if (SSL_get_fd(ssl) < 0) {
    return absl::FailedPreconditionError("ssl has no socket: call SSL_set_fd before");
  }
  if (absl::Status status = PrepareHandshake(ssl, policy, options.handshake); !status.ok()) {
    return status;
  }
  absl::Status tls = ConnectTls(ssl, absl::Now() + options.handshake_timeout);
  absl::StatusOr<HandshakeAnswer> answer =
      tls.ok() ? VerifyHandshake(ssl, policy, client, options.handshake, options.verdict)
               : VerifyWithoutTls(v1::VerifyHandshakeRequest::HANDSHAKE_FAILED, policy, client,
                                  options.handshake, options.verdict);
  if (!answer.ok()) return answer.status();
  return ConnectResult{*std::move(answer), std::move(tls)};
}

}  // namespace postern
