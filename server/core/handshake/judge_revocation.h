// What revocation makes of a server that is authenticated (RFC 6066, section 8; RFC
// 7633; docs/decisions/0008-what-a-bad-staple-does.md).
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_JUDGE_REVOCATION_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_JUDGE_REVOCATION_H_

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/handshake/handshake.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// JudgeRevocation looks at the path by which DANE-TA or PKIX authenticated the server:
// its own certificate first, the anchor last. It sets the verdict's revocation, ends
// valid_until with what that rests on and, where a certificate is revoked or
// something is missing that is demanded, makes the verdict kFailed with a reason.
void JudgeRevocation(const HandshakeQuestion& question, absl::Span<const UniqueX509> path,
                     const CrlIndex& crls, const RevocationOptions& options, absl::Time now,
                     HandshakeVerdict& verdict);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_JUDGE_REVOCATION_H_
