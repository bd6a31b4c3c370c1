// The outline of a certificate (RFC 5280, section 4.1) and of a public key, read
// without the TLS library: what DANE-EE(3) compares, and what tells how dear the
// rest will be.
//
//   Certificate ::= SEQUENCE {
//     tbsCertificate SEQUENCE {
//       version [0] INTEGER OPTIONAL, serialNumber INTEGER, signature SEQUENCE,
//       issuer SEQUENCE, validity SEQUENCE, subject SEQUENCE,
//       subjectPublicKeyInfo SEQUENCE { algorithm SEQUENCE, key BIT STRING },
//       issuerUniqueID [1] OPTIONAL, subjectUniqueID [2] OPTIONAL,
//       extensions [3] SEQUENCE OF SEQUENCE OPTIONAL },
//     signatureAlgorithm SEQUENCE, signature BIT STRING }
//
// All fields before the key are there, in this order, each with one possible tag:
// there is one place only where any reader can find the key.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_OUTLINE_H_
#define POSTERN_SERVER_CORE_X509_OUTLINE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// What a certificate may hold, at most: enough for every certificate seen in the
// Web and mail, and little enough that the worst of them is not dear.
inline constexpr size_t kMaxCertificateBytes = size_t{32} * 1024;
inline constexpr size_t kMaxSubjectAltNames = 1024;
inline constexpr size_t kMaxNameConstraints = 64;
inline constexpr size_t kMaxExtensions = 64;
inline constexpr size_t kMaxNameParts = 64;  // attributes of subject and issuer each
inline constexpr size_t kMaxRsaBits = 8192;
inline constexpr size_t kMaxRsaExponentBits = 33;

// CertificateOutline points to the bytes that it was read from.
struct CertificateOutline {
  absl::string_view public_key_info;  // SubjectPublicKeyInfo, as it was sent
  absl::string_view issuer;           // contents
  absl::string_view subject;          // contents
  absl::string_view extensions;       // contents of [3]; empty if there is none
  absl::string_view issuer_name;      // issuer, with tag and length
  absl::string_view subject_name;     // subject, with tag and length
  absl::string_view serial;           // contents of serialNumber
  absl::string_view validity;         // contents
  // What was signed, and how.
  absl::string_view tbs;            // with tag and length
  absl::string_view tbs_algorithm;  // contents of its field `signature`
  absl::string_view algorithm;      // contents of signatureAlgorithm
  absl::string_view signature;      // contents of the BIT STRING
};

// ReadOutline reads DER that is one certificate by its outline and nothing else.
// Fails with INVALID_ARGUMENT, in words that name no field, where it is none, or
// longer than kMaxCertificateBytes. What the fields hold may still be anything.
absl::StatusOr<CertificateOutline> ReadOutline(absl::string_view der);

// NameCounts are what the check of name constraints multiplies.
struct NameCounts {
  size_t names = 0;        // subject alternative names; one that is dear counts as many
  size_t constraints = 0;  // subtrees
};

// CountNames looks into the names and extensions. Fails with INVALID_ARGUMENT, in
// words that name no field, where they cannot be read or are past a bound.
absl::StatusOr<NameCounts> CountNames(const CertificateOutline& outline);

// IsPublicKeyInfo tells whether DER is one SubjectPublicKeyInfo by its outline and
// nothing else. The key may still be anything.
bool IsPublicKeyInfo(absl::string_view der);

// KeyOctets returns the octets of the BIT STRING of a SubjectPublicKeyInfo, which is
// what key identifiers are digests of; nothing where it is none.
absl::string_view KeyOctets(absl::string_view public_key_info);

// CheckReadableKey tells whether a public key may be given to the TLS library: one of
// an elliptic curve has to name the curve (RFC 5480, section 2.1.1). Parameters that
// come with the key can make its reading alone take a thousand times as long. Fails
// with INVALID_ARGUMENT, in words that name no field.
absl::Status CheckReadableKey(absl::string_view public_key_info);

// CheckSigningKey tells whether signatures may be verified with a public key: it is
// of a kind that is used for that, and its length is within bounds. Fails with
// INVALID_ARGUMENT, in words that name no field.
absl::Status CheckSigningKey(absl::string_view public_key_info);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_OUTLINE_H_
