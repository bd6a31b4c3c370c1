// What the requests of RevocationService hold alike, checked.
#ifndef POSTERN_SERVER_RPC_REVOCATION_REQUEST_H_
#define POSTERN_SERVER_RPC_REVOCATION_REQUEST_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/core/revocation/own_certificate.h"
#include "server/core/x509/certificate.h"

namespace postern {

// Bytes of a certificate in a request (revocation.proto).
inline constexpr size_t kMaxRequestCertificateBytes = 65536;

// CertificatePair is a certificate and its issuer's, each held.
struct CertificatePair {
  HeldCertificate held_certificate;
  HeldCertificate held_issuer;
  const Certificate& certificate() const { return held_certificate.certificate; }
  const Certificate& issuer() const { return held_issuer.certificate; }
};

// All fail with INVALID_ARGUMENT and a message that begins with the field's name.

// ParsePair reads the fields `certificate` and `issuer`. Never null.
absl::StatusOr<std::unique_ptr<const CertificatePair>> ParsePair(absl::string_view certificate,
                                                                 absl::string_view issuer);

// ParseTrusted reads one of several certificates whose keys verify signatures. It points
// to the bytes.
absl::StatusOr<Certificate> ParseTrusted(absl::string_view field, absl::string_view der);

// ParseVerifyTime reads the field `verify_time`; nothing where it is absent.
absl::StatusOr<std::optional<absl::Time>> ParseVerifyTime(bool has_time,
                                                          const google::protobuf::Timestamp& time);

// CheckUrlSize checks the field `url`.
absl::Status CheckUrlSize(absl::string_view url);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_REVOCATION_REQUEST_H_
