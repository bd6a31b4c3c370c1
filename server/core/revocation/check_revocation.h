// Whether a certificate is revoked, by all that is at hand: a staple, else CRLs; and
// what its must-staple demands (RFC 7633).
//
// Nothing is fetched here. The words of the answer are those of
// proto/postern/v1/revocation_verdict.proto.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CHECK_REVOCATION_H_
#define POSTERN_SERVER_CORE_REVOCATION_CHECK_REVOCATION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/revocation/revocation_options.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/outline.h"

namespace postern {

// How long an answer that rests on the CRLs at hand, or on a staple that says neither good
// nor revoked, may be remembered; and one that rests on there being none of the CRLs that
// the certificate names: they are being fetched.
inline constexpr absl::Duration kCrlAnswerLife = absl::Minutes(1);
inline constexpr absl::Duration kNoCrlAnswerLife = absl::Seconds(2);

// RevocationQuestion is one certificate, and what came with it.
struct RevocationQuestion {
  const Certificate& certificate;
  const Certificate& issuer;
  absl::string_view staple;       // empty: none came
  bool status_requested = false;  // false also where the session was resumed
  bool chain_is_verified = false;
};

// RevocationVerdict says what is known.
struct RevocationVerdict {
  enum class Status { kGood, kRevoked, kUnknown, kNotAvailable, kNotApplicable };
  enum class Source { kNone, kStaple, kOcsp, kCrl };
  Status status = Status::kNotApplicable;
  Source source = Source::kNone;
  MustStaple must_staple = MustStaple::kNotRequired;
  absl::Time use_until = absl::InfinitePast();  // of kGood and kRevoked
  std::optional<StapleVerdict> staple;
  std::optional<StapleVerdict> ocsp;
  std::optional<CrlVerdict> crl;
  std::string crl_url;
  // Until then the same question has the same answer, or is not worth asking again:
  // kCrlAnswerLife and kNoCrlAnswerLife.
  absl::Time valid_until = absl::InfiniteFuture();
};

// TakeStatement makes a responder's valid statement, good or revoked, what is known.
void TakeStatement(const StapleVerdict& statement, RevocationVerdict::Source source,
                   RevocationVerdict& verdict);

// SettleMustStaple says what became of the certificate's must-staple, once all else of the
// verdict is known.
void SettleMustStaple(const CertificateOutline& certificate, bool status_requested,
                      const RevocationOptions& options, RevocationVerdict& verdict);

// CheckRevocation decides. CRLs are looked at where no staple says good or revoked; of
// several the one that says revoked counts.
RevocationVerdict CheckRevocation(const RevocationQuestion& question, const CrlIndex& crls,
                                  const RevocationOptions& options, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CHECK_REVOCATION_H_
