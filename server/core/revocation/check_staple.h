// What an OCSP response says of a certificate (RFC 6960, section 3.2; RFC 9919 and
// 5019, sections 2.2 and 4).
//
//   StapleOptions options;
//   const StapleVerdict verdict = CheckStaple(der, certificate, issuer, now, options);
//   if (verdict.status == StapleVerdict::Status::kGood) Serve(der, verdict.use_until);
//
// In this order: the bytes, which certificate, whose certificate that is, who signed,
// the nonce, the times, the status. The certificate's own validity is not judged, and
// ends use_until.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CHECK_STAPLE_H_
#define POSTERN_SERVER_CORE_REVOCATION_CHECK_STAPLE_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"

namespace postern {

// CheckStaple judges foreign bytes. The certificate and its issuer may be anybody's,
// too: it verifies that the one is the other's.
StapleVerdict CheckStaple(absl::string_view der, const Certificate& certificate,
                          const Certificate& issuer, absl::Time now,
                          const StapleOptions& options = {});

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CHECK_STAPLE_H_
