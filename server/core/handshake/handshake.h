// A TLS handshake to be judged, and its verdict (RFC 7672, section 3). How one
// follows from the other: verify_handshake.h.
#ifndef POSTERN_SERVER_CORE_HANDSHAKE_HANDSHAKE_H_
#define POSTERN_SERVER_CORE_HANDSHAKE_HANDSHAKE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/revocation/check_revocation.h"

namespace postern {

// What one handshake may bring, at most.
inline constexpr size_t kMaxChainCertificates = 16;
inline constexpr size_t kMaxChainBytes = size_t{64} * 1024;
inline constexpr size_t kMaxRawPublicKeyBytes = 4096;

// HandshakePolicy is what of a host's policy a handshake is judged by.
struct HandshakePolicy {
  HostPolicy::Verdict verdict = HostPolicy::Verdict::kSkip;
  DaneMode mode = DaneMode::kOpportunistic;
  bool audit = false;
  // Each demands authentication, as HandshakeQuestion::require_pkix does.
  bool require_ocsp = false;
  bool require_revocation_status = false;
  std::string host;
  std::vector<TlsaRecord> tlsa;
  std::vector<std::string> reference_identifiers;  // normal form, for DANE-TA
};

// HandshakeQuestion is what a TLS client saw of a server. The bytes that it points
// to are the caller's.
struct HandshakeQuestion {
  enum class Tls { kEstablished, kNotOffered, kFailed };
  HandshakePolicy policy;
  Tls tls = Tls::kEstablished;
  std::vector<absl::string_view> certificates;    // DER, the server's own first
  absl::string_view raw_public_key;               // DER, instead of certificates
  absl::string_view staple;                       // DER; empty: none came
  std::vector<absl::string_view> issuer_staples;  // of certificates[1] and after; may be empty
  bool status_requested = false;
  bool session_resumed = false;
  bool require_pkix = false;
  std::vector<std::string> pkix_names;  // normal form
};

// HandshakeVerdict says what a handshake is worth;
// proto/postern/v1/handshake.proto tells of each field.
struct HandshakeVerdict {
  enum class Verdict { kVerifiedDane, kVerifiedPkix, kUnauthenticated, kFailed };
  enum class Action { kProceed, kNextHost };
  enum class Reason {
    kDaneEeMatched,
    kDaneTaMatched,
    kPkixVerified,
    kTlsaUnusable,
    kStarttlsNotOffered,
    kHandshakeFailed,
    kNoCertificate,
    kCertificateMalformed,
    kTlsaMismatch,
    kNameMismatch,
    kCertificateExpired,
    kCertificateNotYetValid,
    kIssuerUnknown,
    kChainInvalid,
    kAlgorithmWeak,
    kPolicySkip,
    kCertificateRevoked,
    kStapleRequired,
    kMustStaple,
    kRevocationUnknown,
  };
  Verdict verdict = Verdict::kFailed;
  Action action = Action::kNextHost;
  Reason reason = Reason::kPolicySkip;
  std::optional<TlsaRecord> matched_record;
  std::optional<size_t> matched_depth;
  std::string matched_name;
  int x509_error = 0;
  bool audit_failure = false;
  std::string detail;
  std::vector<JudgedTlsa> tlsa;
  RevocationVerdict revocation;  // of the server's own certificate
  // Until then the same question has the same verdict.
  absl::Time valid_until = absl::InfiniteFuture();
};

// DemandsAuthentication tells whether a server that is not authenticated is refused also
// where its policy's verdict lets it be.
bool DemandsAuthentication(const HandshakeQuestion& question);

// CvOf returns "dane", "yes" or "no", as Exim logs it.
const char* CvOf(HandshakeVerdict::Verdict verdict);

// TlsrptResultOf maps a reason to the result type that it is reported as; nothing
// where there is no failure to report.
std::optional<TlsrptResult> TlsrptResultOf(HandshakeVerdict::Reason reason);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_HANDSHAKE_HANDSHAKE_H_
