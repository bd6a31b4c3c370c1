// A certificate from foreign bytes (RFC 5280), with bounds on what looking at it
// can cost.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_CERTIFICATE_H_
#define POSTERN_SERVER_CORE_X509_CERTIFICATE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// What a certificate may hold, at most: enough for every certificate seen in the
// Web and mail, and little enough that the worst of them costs no attacker's worth.
inline constexpr size_t kMaxCertificateBytes = size_t{32} << 10;
inline constexpr size_t kMaxSubjectAltNames = 1024;
inline constexpr size_t kMaxNameConstraints = 64;
inline constexpr int kMaxRsaBits = 8192;
inline constexpr int kMaxRsaExponentBits = 64;

// ParseCertificate reads DER that is one certificate and nothing else. Fails with
// INVALID_ARGUMENT, in words that name no field, where it is none or past a bound.
absl::StatusOr<UniqueX509> ParseCertificate(absl::string_view der);

// ParsePublicKey reads DER that is one SubjectPublicKeyInfo and nothing else.
// Fails as ParseCertificate does.
absl::StatusOr<UniqueKey> ParsePublicKey(absl::string_view der);

// PublicKeyInfo returns the DER of a certificate's SubjectPublicKeyInfo.
std::string PublicKeyInfo(const X509& certificate);

// ToTime reads a time of a certificate; the infinite past where it is malformed.
absl::Time ToTime(const ASN1_TIME& time);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_CERTIFICATE_H_
