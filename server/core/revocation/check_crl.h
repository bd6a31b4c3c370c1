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

// How long after thisUpdate a CRL counts, whatever its nextUpdate: one that is valid for
// a year could be replayed for a year. The Baseline Requirements, section 4.9.7, have
// 10 days for servers' certificates and 12 months for CAs'; 30 days are usual with a CA
// of one's own, and a CRL may be a little late.
inline constexpr absl::Duration kMaxCrlAge = absl::Hours(24 * 35);
inline constexpr absl::Duration kMaxCrlAgeForCa = absl::Hours(24 * 370);

// CrlOptions is what is known besides, and what is allowed besides. By default no
// check is left out. That SHA-1 signatures are taken is said to ReadCrl.
struct CrlOptions {
  // How far thisUpdate may be in the future. nextUpdate is never stretched.
  absl::Duration skew = absl::Seconds(60);
  // Absent: kMaxCrlAge, or kMaxCrlAgeForCa for a CA's certificate.
  std::optional<absl::Duration> max_age;
  bool allow_missing_next_update = false;  // the CRL then counts for max_age
  bool allow_sha1 = false;                 // in the certificate's own signature
  // The caller has verified that the issuer signed the certificate.
  bool chain_is_verified = false;
};

// CrlVerdict has two axes: `reason`, whether there is a valid statement on the
// certificate and, if not, why; and `status`, what it says.
struct CrlVerdict {
  enum class Status {
    kInvalid,  // no valid statement. A CRL never says "unknown"
    kGood,
    kRevoked,
  };

  Status status = Status::kInvalid;
  CrlReason reason = CrlReason::kNone;
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

// CheckCrlTime is the part of it that needs no certificate: whether the times of a CRL
// without a defect let it count now. `max_age` stands in place of the option.
CrlReason CheckCrlTime(const Crl& crl, absl::Duration max_age, absl::Time now,
                       const CrlOptions& options = {});

// NameOf returns the words of proto and command line: "GOOD".
const char* NameOf(CrlVerdict::Status status);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CHECK_CRL_H_
