// Who signed an OCSP response, and whether he may (RFC 6960, sections 3.2 and 4.2.2.2;
// RFC 9919 and 5019, section 2.2.2).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_RESPONDER_H_
#define POSTERN_SERVER_CORE_REVOCATION_RESPONDER_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"

namespace postern {

// Responder is an authorized responder whose signature is verified or, if there is
// none, the reason.
struct Responder {
  // kNone, kUnauthorizedSigner, kSignature or kWeakSignature.
  StapleVerdict::Reason reason = StapleVerdict::Reason::kUnauthorizedSigner;
  absl::string_view detail = "no certificate that may sign has the responder's name or key";
  StapleVerdict::Signer kind = StapleVerdict::Signer::kNone;
  absl::string_view name;  // subject, with tag and length
  absl::Time not_after;
  bool is_unchecked = false;
};

// kMaxResponderTries is how many certificates that came with a response are tried: more
// than a roll-over needs, and few enough signatures that a hostile response is not dear.
inline constexpr int kMaxResponderTries = 3;

// FindResponder tries those whom the response's responderID may mean: the issuer, then
// the configured responders, then certificates in the response. Several may have one
// name, as when a responder's key is rolled over.
Responder FindResponder(const OcspResponse& response, const Certificate& certificate,
                        const Certificate& issuer, absl::Time now, const StapleOptions& options);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_RESPONDER_H_
