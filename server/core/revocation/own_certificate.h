// A certificate of the operator's own, and where its status is to be had.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_OWN_CERTIFICATE_H_
#define POSTERN_SERVER_CORE_REVOCATION_OWN_CERTIFICATE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/certificate.h"

namespace postern {

// HeldCertificate is a certificate together with the bytes that it points to.
struct HeldCertificate {
  std::string der;
  Certificate certificate;
};

// How many certificates a file may have.
inline constexpr size_t kMaxChainFile = 16;

// OwnCertificate is one, its issuer, and what they say.
struct OwnCertificate {
  // OCSP before CRLs (RFC 9919, section 3.1: O-14).
  enum class Source { kOcsp, kCrl, kNone };
  Source source = Source::kNone;
  std::shared_ptr<const HeldCertificate> leaf;
  std::shared_ptr<const HeldCertificate> issuer;  // null with kNone alone
  std::string sha256;                             // of the leaf's DER, 32 bytes
  std::vector<std::string> responders;            // of kOcsp, in their order
  std::vector<std::string> crl_urls;              // in their order
  std::vector<std::string> dns_names;             // normal form; may begin with "*."
  absl::Time not_after = absl::InfinitePast();
  bool must_staple = false;
};

// OwnCertificateText is what the operator gave.
struct OwnCertificateText {
  absl::string_view chain;      // PEM, the server's certificate first
  absl::string_view issuer;     // PEM with the issuer's; empty: it is in the chain
  absl::string_view responder;  // URL, in place of those in the certificate; may be empty
  bool allow_sha1 = false;      // in the certificate's signature
};

// ReadOwnCertificate reads it. Fails with INVALID_ARGUMENT, in words that name no file, where
// it is malformed, or the status is to be had somewhere and no issuer that signed the
// certificate is there: nobody is asked without one (O-15).
absl::StatusOr<OwnCertificate> ReadOwnCertificate(const OwnCertificateText& text);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_OWN_CERTIFICATE_H_
