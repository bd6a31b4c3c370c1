#include "server/core/handshake/handshake.h"

namespace postern {

bool DemandsAuthentication(const HandshakeQuestion& question) {
  return question.require_pkix || question.policy.require_ocsp ||
         question.policy.require_revocation_status;
}

const char* CvOf(HandshakeVerdict::Verdict verdict) {
  switch (verdict) {
    case HandshakeVerdict::Verdict::kVerifiedDane:
      return "dane";
    case HandshakeVerdict::Verdict::kVerifiedPkix:
      return "yes";
    case HandshakeVerdict::Verdict::kUnauthenticated:
    case HandshakeVerdict::Verdict::kFailed:
      break;
  }
  return "no";
}

std::optional<TlsrptResult> TlsrptResultOf(HandshakeVerdict::Reason reason) {
  using Reason = HandshakeVerdict::Reason;
  switch (reason) {
    case Reason::kDaneEeMatched:
    case Reason::kDaneTaMatched:
    case Reason::kPkixVerified:
    case Reason::kPolicySkip:  // the policy has its own
      return std::nullopt;
    case Reason::kTlsaUnusable:
      return TlsrptResult::kTlsaInvalid;
    case Reason::kStarttlsNotOffered:
      return TlsrptResult::kStarttlsNotSupported;
    case Reason::kHandshakeFailed:
    case Reason::kNoCertificate:
    case Reason::kCertificateMalformed:
    case Reason::kStapleRequired:  // what this side alone demands
    case Reason::kRevocationUnknown:
      return TlsrptResult::kValidationFailure;
    case Reason::kNameMismatch:
      return TlsrptResult::kCertificateHostMismatch;
    case Reason::kCertificateExpired:
      return TlsrptResult::kCertificateExpired;
    // RFC 8460, section 4.3.1: the label of every other failure of a certificate.
    case Reason::kTlsaMismatch:
    case Reason::kCertificateNotYetValid:
    case Reason::kIssuerUnknown:
    case Reason::kChainInvalid:
    case Reason::kAlgorithmWeak:
    case Reason::kCertificateRevoked:
    case Reason::kMustStaple:
      return TlsrptResult::kCertificateNotTrusted;
  }
  return std::nullopt;
}

}  // namespace postern
