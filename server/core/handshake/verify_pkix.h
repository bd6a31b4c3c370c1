// Whether a server's certificate is valid by PKIX (RFC 5280) and presents a name
// (RFC 6125).
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_PKIX_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_PKIX_H_

#include <vector>

#include "absl/time/time.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/trust_anchors.h"

namespace postern {

// VerifyPkix judges an established handshake. It sets verdict (kVerifiedPkix or
// kFailed), reason and what was matched, not the action. Unless it failed `path` gets
// the server's certificate first, the anchor last.
HandshakeVerdict VerifyPkix(const HandshakeQuestion& question, const TrustAnchors& anchors,
                            absl::Time now, std::vector<UniqueX509>& path);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_PKIX_H_
