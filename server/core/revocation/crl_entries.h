// The entries of a CRL (RFC 5280, sections 5.1.2.6 and 5.3), read in one pass:
//
//   revokedCertificates SEQUENCE OF SEQUENCE {
//     userCertificate INTEGER, revocationDate Time,
//     crlEntryExtensions Extensions OPTIONAL }
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_ENTRIES_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_ENTRIES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/revoked_serials.h"

namespace postern {

// Three times what a certificate has (section 4.1.2.2).
inline constexpr size_t kMaxSerialOctets = 64;
inline constexpr size_t kMaxEntryExtensions = 8;

// ReadCrlEntries reads the contents of revokedCertificates. Whatever its reason, an
// entry says that a certificate is revoked. Returns why the CRL is of no use: one
// entry that cannot be read spoils it, since it may be the one that is asked for.
// Memory and time are bounded by the bytes: about twice as much, and as sorting takes.
CrlReason ReadCrlEntries(absl::string_view contents, bool is_v2, RevokedSerials& serials);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_ENTRIES_H_
