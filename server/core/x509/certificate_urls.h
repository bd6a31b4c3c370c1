// Where a certificate says that its status is to be had (RFC 5280): its CRL
// distribution points (section 4.2.1.13) and its authority information access
// (section 4.2.2.1).
//
// These are the words of a stranger. What comes back is http or https, of printing
// ASCII, and bounded in number and length; where it leads is for the one to judge who
// goes there.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_CERTIFICATE_URLS_H_
#define POSTERN_SERVER_CORE_X509_CERTIFICATE_URLS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/x509/outline.h"

namespace postern {

inline constexpr size_t kMaxCrlPoints = 16;
inline constexpr size_t kMaxCertificateUrls = 8;  // of a point, and of a kind of access
inline constexpr size_t kMaxUrlBytes = 1024;

// CrlPoint is a DistributionPoint. It points to the bytes that it was read from.
struct CrlPoint {
  std::vector<std::string> urls;  // in their order; those past the bounds are left out
  absl::string_view names;        // contents of fullName, whatever the scheme; may be empty
  // A CRL found there is whole and the issuer's own: the point names neither reasons
  // nor a cRLIssuer.
  bool is_usable = true;
};

// ReadCrlPoints reads a certificate's CRL distribution points in their order; none
// where it has no such extension. Fails with INVALID_ARGUMENT, in words that name no
// field, where the extension is not DER or has more than kMaxCrlPoints.
absl::StatusOr<std::vector<CrlPoint>> ReadCrlPoints(const CertificateOutline& outline);

// AuthorityAccess is what authority information access leads to, in its order. URLs
// past the bounds are left out.
struct AuthorityAccess {
  std::vector<std::string> ocsp;
  std::vector<std::string> ca_issuers;
};

// ReadAuthorityAccess reads it; nothing where the certificate has no such extension.
// Fails with INVALID_ARGUMENT, in words that name no field, where it is not DER.
absl::StatusOr<AuthorityAccess> ReadAuthorityAccess(const CertificateOutline& outline);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_CERTIFICATE_URLS_H_
