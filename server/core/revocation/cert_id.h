// Whether a CertID names a certificate (RFC 6960, section 4.1.1).
//
// It does if the serial numbers are the same, octet by octet, and its two digests, by
// its own algorithm, are those of the certificate's issuer: of the name as the
// certificate writes it, and of the issuer's key. SHA-1 is taken: what it names is
// known, and the signature is what vouches for the answer.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CERT_ID_H_
#define POSTERN_SERVER_CORE_REVOCATION_CERT_ID_H_

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/x509/digest.h"

namespace postern {

// CertIdMatcher compares CertIDs to one certificate. It computes the digests of each
// algorithm once, and not before a serial number is the same. Not thread safe. The
// bytes that it is given are the caller's.
class CertIdMatcher {
 public:
  // issuer_name: Name of the certificate's issuer field, with tag and length;
  // issuer_key: octets of the issuer's key (KeyOctets, outline.h); serial: contents.
  CertIdMatcher(absl::string_view issuer_name, absl::string_view issuer_key,
                absl::string_view serial)
      : issuer_name_(issuer_name), issuer_key_(issuer_key), serial_(serial) {}

  // Matches tells whether a CertID names the certificate. SHA-1, SHA-256, SHA-384 and
  // SHA-512 are known.
  bool Matches(const CertId& id);

 private:
  struct Digests {
    Digest digest;
    std::string of_name;
    std::string of_key;
  };
  const Digests& DigestsBy(Digest digest);

  absl::string_view issuer_name_;
  absl::string_view issuer_key_;
  absl::string_view serial_;
  absl::InlinedVector<Digests, 2> computed_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CERT_ID_H_
