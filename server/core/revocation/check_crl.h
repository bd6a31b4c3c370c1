// What a CRL says of a certificate (RFC 5280, section 6.3.3, narrowed: the CRL is
// whole, for all reasons, and signed with the key that signed the certificate).
//
//   const Crl crl = ReadCrl(der, issuer);        // once
//   const CrlVerdict verdict = CheckCrl(crl, certificate, issuer, url, now);  // often
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CHECK_CRL_H_
#define POSTERN_SERVER_CORE_REVOCATION_CHECK_CRL_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/x509/certificate.h"

namespace postern {

// CrlOptions is how strict to be. That SHA-1 signatures are taken is said to ReadCrl.
struct CrlOptions {
  // How far thisUpdate may be in the future. nextUpdate is never stretched.
  absl::Duration clock_skew = absl::Minutes(1);
  bool allow_missing_next_update = false;
  // How long after thisUpdate a CRL is of use, whatever its nextUpdate: a CRL that is
  // valid for a year could be replayed for a year. 30 days is what openssl ca makes, 10
  // what the Baseline Requirements ask for servers' certificates, 12 months for CAs'.
  absl::Duration max_age = absl::Hours(24 * 35);
  absl::Duration max_age_for_ca = absl::Hours(24 * 400);
  // The caller has verified that the issuer's key signed the certificate.
  bool is_chain_verified = false;
};

// CrlVerdict says whether there was a valid statement, and what it says.
struct CrlVerdict {
  // kInvalid: there was none, and nothing is known. A CRL never says "unknown".
  enum class Status { kGood, kRevoked, kInvalid };
  Status status = Status::kInvalid;
  CrlReason reason = CrlReason::kMalformed;
  std::optional<Revocation> revocation;  // kRevoked
  // Of the CRL, where it has no defect.
  std::optional<absl::Time> this_update;
  std::optional<absl::Time> next_update;
  // Until then the same CRL says the same; the infinite past for kInvalid.
  absl::Time use_until = absl::InfinitePast();
};

// CheckCrl asks a CRL. `url` is where it was found: it counts as the certificate's
// distribution point where the certificate names none. Otherwise a CRL that is for
// one distribution point only must be for one of the certificate's.
CrlVerdict CheckCrl(const Crl& crl, const Certificate& certificate, const Certificate& issuer,
                    absl::string_view url, absl::Time now, const CrlOptions& options = {});

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CHECK_CRL_H_
