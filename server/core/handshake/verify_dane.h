// Whether TLSA records authenticate a server (RFC 7672, section 3; RFC 7671,
// sections 4 to 9).
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_DANE_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_DANE_H_

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// kMaxBareKeys is how many keys that only a record holds (DANE-TA(2) SPKI(1)
// Full(0)) are tried as the chain's signer: each costs a signature's verification.
// Two are there while a key is changed for another.
inline constexpr int kMaxBareKeys = 3;

// kMaxRecordAnchors is how many certificates that only a record holds (DANE-TA(2)
// Cert(0) Full(0)), and whose name fits, are read.
inline constexpr int kMaxRecordAnchors = 16;

// VerifyDane judges an established handshake by records of which at least one is
// usable. It sets verdict (kVerifiedDane or kFailed), reason and what was matched,
// not the action. After DANE-TA `path` gets the server's certificate first, the anchor,
// or what a record's bare key signed, last.
HandshakeVerdict VerifyDane(const HandshakeQuestion& question, absl::Span<const JudgedTlsa> records,
                            absl::Span<const DigestAlgorithm> digests, absl::Time now,
                            std::vector<UniqueX509>& path);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_VERIFY_DANE_H_
