// Whether a certificate is that of an authorized responder whom an issuer appointed
// (RFC 6960, section 4.2.2.2).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_DELEGATE_H_
#define POSTERN_SERVER_CORE_REVOCATION_DELEGATE_H_

#include <openssl/evp.h>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"

namespace postern {

// DelegateCheck says what a certificate lacks.
struct DelegateCheck {
  enum class Fault { kNone, kUnauthorized, kWeakSignature };
  Fault fault = Fault::kNone;
  absl::string_view detail;  // a literal
  absl::Time not_after;
  bool has_nocheck = false;  // id-pkix-ocsp-nocheck
};

// CheckDelegate checks everything that can be without the issuer's key, and then that
// the issuer, who has the name and the key, signed it himself. Names are equal octet
// by octet.
DelegateCheck CheckDelegate(const CertificateOutline& certificate, absl::string_view issuer_name,
                            EVP_PKEY& issuer_key, absl::Time now, SignaturePolicy policy);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_DELEGATE_H_
