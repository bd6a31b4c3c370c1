// A certificate, or a public key, from foreign bytes (RFC 5280), within bounds on
// what looking at it can cost (outline.h).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_CERTIFICATE_H_
#define POSTERN_SERVER_CORE_X509_CERTIFICATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/openssl_types.h"
#include "server/core/x509/outline.h"

namespace postern {

// Certificate is a certificate in both readings. The outline points to the bytes
// that it was read from.
struct Certificate {
  UniqueX509 x509;
  CertificateOutline outline;
  NameCounts counts;
};

// ParseCertificate reads DER that is one certificate and nothing else. Fails with
// INVALID_ARGUMENT, in words that name no field, where it is none or past a bound.
absl::StatusOr<Certificate> ParseCertificate(absl::string_view der);

// ParseIssuer is ParseCertificate for a certificate whose key may have to verify
// signatures. Fails also where CheckSigningKey does.
absl::StatusOr<Certificate> ParseIssuer(absl::string_view der);

// ParseSigningKey reads DER that is one SubjectPublicKeyInfo and nothing else.
// Fails as ParseIssuer does.
absl::StatusOr<UniqueKey> ParseSigningKey(absl::string_view der);

// IsValidAt tells whether an instant is within a certificate's validity. Its end is
// not, as OpenSSL has it.
bool IsValidAt(const X509& certificate, absl::Time time);

// DerOf returns a certificate's DER; empty where OpenSSL has no memory.
std::string DerOf(const X509& certificate);

// ToTime reads a time of a certificate; the infinite past where it is malformed.
absl::Time ToTime(const ASN1_TIME& time);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_CERTIFICATE_H_
