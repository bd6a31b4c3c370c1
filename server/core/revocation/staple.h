// A staple, as a client or its server has to judge it, and the verdict. How one
// follows from the other: check_staple.h.
#ifndef POSTERN_SERVER_CORE_REVOCATION_STAPLE_H_
#define POSTERN_SERVER_CORE_REVOCATION_STAPLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/x509/certificate.h"

namespace postern {

// How long after thisUpdate a statement counts that is not `revoked`, whatever its
// nextUpdate: CA/Browser Forum Baseline Requirements, section 4.9, for servers' and
// CAs' certificates.
inline constexpr absl::Duration kMaxStapleAge = absl::Hours(24 * 10);
inline constexpr absl::Duration kMaxStapleAgeOfCa = absl::Hours(24 * 366);

// StapleOptions is what is known besides, and what is allowed besides. By default no
// check is left out.
struct StapleOptions {
  // How far the responder's clock and ours may be apart.
  absl::Duration skew = absl::Seconds(60);
  // Absent: kMaxStapleAge, or kMaxStapleAgeOfCa for a CA's certificate.
  std::optional<absl::Duration> max_age;
  bool allow_sha1 = false;                 // in signatures
  bool allow_missing_next_update = false;  // the statement then counts for max_age
  // The caller has verified that the issuer signed the certificate.
  bool chain_is_verified = false;
  // The nonce that was sent, if one was.
  std::optional<absl::string_view> nonce;
  // Responders that the operator trusts for this issuer, whoever issued them.
  std::vector<const Certificate*> responder_certificates;
};

// StapleVerdict has two axes: `reason`, whether there is a valid statement on the
// certificate and, if not, why; and `status`, what it says.
struct StapleVerdict {
  enum class Status {
    kInvalid,  // no valid statement
    kGood,
    kRevoked,
    kUnknown,  // by a valid statement, or by an error status, which reason tells
  };
  enum class Reason {
    kNone,  // there is a valid statement
    // The bytes.
    kTooLarge,
    kMalformed,
    kMalformedTime,
    kResponseType,
    kVersion,
    kCriticalExtension,
    // Error statuses, which nobody signed: no statement, kUnknown.
    kResponderMalformedRequest,
    kResponderInternalError,
    kResponderTryLater,
    kResponderSignatureRequired,
    kResponderUnauthorized,
    kResponderUnknownStatus,
    // What it is about, and who says so.
    kCertId,              // no SingleResponse on this certificate
    kChain,               // the certificate is not the issuer's
    kUnauthorizedSigner,  // detail says what the signer lacks
    kSignature,
    kWeakSignature,  // of the response, or of its signer's certificate
    kNonce,
    // When.
    kNotYet,
    kStale,  // nextUpdate has passed
    kTooOld,
    kNoNextUpdate,
    kTimesContradict,  // nextUpdate before thisUpdate
  };
  enum class Signer { kNone, kIssuer, kDelegate, kConfigured };

  Status status = Status::kInvalid;
  Reason reason = Reason::kNone;
  std::string detail;  // for people

  // Of the statement that decided, once a signature is verified.
  absl::Time produced_at = absl::InfinitePast();
  absl::Time this_update = absl::InfinitePast();
  std::optional<absl::Time> next_update;
  std::optional<absl::Time> revocation_time;
  std::optional<RevocationReason> revocation_reason;  // absent: none was given

  Signer signer = Signer::kNone;
  std::string signer_name;  // DER of its subject
  // A delegate without id-pkix-ocsp-nocheck, whose own revocation nobody has checked.
  bool signer_is_unchecked = false;

  // When a statement ends to count: the least of nextUpdate, thisUpdate + max_age, and
  // the notAfter of the signer and of the certificate. It may have passed, by skew or
  // with the certificate's validity; nothing is handed out after it.
  absl::Time use_until = absl::InfinitePast();
};

// IsStatement tells whether a verdict is a valid statement, good or revoked.
bool IsStatement(const StapleVerdict& verdict);

// NameOf returns the words of proto and command line: "GOOD", "TRY_LATER", "ISSUER".
const char* NameOf(StapleVerdict::Status status);
const char* NameOf(StapleVerdict::Reason reason);
const char* NameOf(StapleVerdict::Signer signer);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_STAPLE_H_
