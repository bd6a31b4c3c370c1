// Must-staple: the TLS feature extension of a certificate (RFC 7633).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_MUST_STAPLE_H_
#define POSTERN_SERVER_CORE_REVOCATION_MUST_STAPLE_H_

#include "server/core/x509/outline.h"

namespace postern {

// RequiresStaple tells whether a certificate has the TLS feature status_request (5).
// It does too where that extension is there and cannot be read: nobody can tell then
// that it does not. The certificate is one that ParseCertificate (certificate.h) took.
bool RequiresStaple(const CertificateOutline& certificate);

// StapleOffer is what a TLS client offered and got, and what it knows besides.
struct StapleOffer {
  bool status_request_sent = false;
  bool staple_received = false;  // one that says good or revoked
  // The certificate is good by an OCSP response that was fetched, or a CRL, and the
  // operator lets that do (RFC 7633, section 4.2.3.1).
  bool is_good_out_of_band = false;
};

enum class MustStaple {
  kNotRequired,  // by the certificate
  kNotOffered,   // the client did not ask, so that nothing binds the server
  kStapled,
  kOutOfBand,
  kMissing,  // the certificate is invalid for this handshake
};

// JudgeMustStaple applies RFC 7633, sections 4.2.3 and 4.3.3.
MustStaple JudgeMustStaple(const CertificateOutline& certificate, const StapleOffer& offer);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_MUST_STAPLE_H_
