// The outline of a CRL (RFC 5280, section 5.1), read in a few steps whatever its
// length: what its signature is verified with.
//
//   CertificateList ::= SEQUENCE {
//     tbsCertList SEQUENCE {
//       version INTEGER { v2(1) } OPTIONAL, signature AlgorithmIdentifier, issuer Name,
//       thisUpdate Time, nextUpdate Time OPTIONAL,
//       revokedCertificates SEQUENCE OF SEQUENCE { ... } OPTIONAL,
//       crlExtensions [0] EXPLICIT Extensions OPTIONAL },
//     signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_OUTLINE_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_OUTLINE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/signature.h"

namespace postern {

// CrlOutline points to the bytes that it was read from.
struct CrlOutline {
  SignedBytes signed_bytes;
  bool is_v2 = false;
  absl::string_view issuer;  // contents of the Name
  absl::Time this_update;
  std::optional<absl::Time> next_update;
  absl::string_view entries;     // contents of revokedCertificates
  absl::string_view extensions;  // contents of [0]; empty if there is none
};

// ReadCrlOutline reads DER that is one CRL and nothing else. Nothing where it is
// none. What entries and extensions hold may still be anything.
std::optional<CrlOutline> ReadCrlOutline(absl::string_view der);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_OUTLINE_H_
