// A certificate of an input file, as far as the commands look at it. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_H_
#define POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern::posternctl {

// Certificates of one file, at most, and their bytes together: what the server takes of
// a chain.
inline constexpr size_t kMaxCertificates = 16;
inline constexpr size_t kMaxCertificateBytes = 65536;

// Certificate is what one says of itself. Its text is foreign: print it through
// Printable.
struct Certificate {
  std::string der;
  // The DER of its SubjectPublicKeyInfo.
  std::string public_key;
  // As RFC 4514 writes names.
  std::string subject;
  // The names that it presents: its DNS-IDs, wildcards too; its CN if it has no
  // DNS-ID (RFC 7672, section 3.2.3).
  std::vector<std::string> names;
  absl::Time not_before;
  absl::Time not_after;
  // True if it may issue certificates.
  bool authority = false;
};

// ParseCertificates gives the certificates of PEM text in their order; what else
// the text holds, such as a private key, is passed over. Fails with
// INVALID_ARGUMENT if there is none, more than kMaxCertificates or kMaxCertificateBytes,
// or a damaged one; the message goes on from the file's name ("holds no ...").
absl::StatusOr<std::vector<Certificate>> ParseCertificates(absl::string_view pem);

// IsSignedBy tells whether a certificate's signature is by a key, given as the
// DER of a SubjectPublicKeyInfo.
bool IsSignedBy(const Certificate& certificate, absl::string_view public_key);

// PresentsName tells whether one of a certificate's names is the host name, or a
// wildcard for its first label.
bool PresentsName(const Certificate& certificate, absl::string_view name);

// PublicKeyOf gives the DER of the SubjectPublicKeyInfo of a certificate in DER;
// empty if it is none.
std::string PublicKeyOf(absl::string_view certificate_der);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_CERTIFICATE_H_
