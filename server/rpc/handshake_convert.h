// Handshakes as protos.
#ifndef POSTERN_SERVER_RPC_HANDSHAKE_CONVERT_H_
#define POSTERN_SERVER_RPC_HANDSHAKE_CONVERT_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "postern/v1/handshake.pb.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/trust_anchors.h"

namespace postern {

// HandshakeRequest is a checked request. It points into the proto that it was
// made of.
struct HandshakeRequest {
  HandshakeQuestion question;
  std::optional<TrustAnchors> anchors;                  // absent: the server's
  std::optional<std::vector<DigestAlgorithm>> digests;  // absent: the server's
  std::optional<absl::Time> verify_time;                // absent: now
  absl::Time policy_expire_time = absl::InfiniteFuture();
};

// RequestFromProto checks and converts a request. Fails with INVALID_ARGUMENT and
// a message that begins with the field's name.
absl::StatusOr<HandshakeRequest> RequestFromProto(const v1::VerifyHandshakeRequest& request);

// ToProto converts a verdict. With `details` it adds what each record and certificate is.
v1::HandshakeVerdict ToProto(const HandshakeVerdict& verdict, const HandshakeQuestion* details);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_HANDSHAKE_CONVERT_H_
