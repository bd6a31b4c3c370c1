// The decision on a TLS handshake: a function of what was sent, the anchors, the CRLs
// at hand and the time.
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_HANDSHAKE_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_HANDSHAKE_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/trust_anchors.h"

namespace postern {

// VerifyHandshake judges a handshake by the policy of its host. `anchors` are
// PKIX's; `digests` is strongest first. It trusts nothing of the policy but its
// verdict, its mode and its names: records are judged anew.
HandshakeVerdict VerifyHandshake(const HandshakeQuestion& question, const TrustAnchors& anchors,
                                 absl::Span<const DigestAlgorithm> digests, const CrlIndex& crls,
                                 const RevocationOptions& revocation, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_HANDSHAKE_H_
