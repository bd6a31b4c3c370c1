#include "tests/support/handshakes.h"

#include <openssl/evp.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/string_view.h"
#include "server/core/handshake/verify_handshake.h"

namespace postern {
namespace {

std::string Digest(const EVP_MD* digest, const std::string& data) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(data.data(), data.size(), value, &length, digest, nullptr) != 1) abort();
  return std::string(reinterpret_cast<const char*>(value), length);
}

}  // namespace

TlsaRecord RecordOf(int usage, int selector, int matching_type,
                    const TestCertificate& certificate) {
  const std::string& part =
      selector == kSelectorCert ? certificate.der : certificate.public_key_info;
  std::string data = part;
  if (matching_type == kMatchSha256) data = Digest(EVP_sha256(), part);
  if (matching_type == kMatchSha512) data = Digest(EVP_sha512(), part);
  return RawRecord(usage, selector, matching_type, std::move(data));
}

TlsaRecord RawRecord(int usage, int selector, int matching_type, std::string data) {
  TlsaRecord record;
  record.usage = static_cast<uint8_t>(usage);
  record.selector = static_cast<uint8_t>(selector);
  record.matching_type = static_cast<uint8_t>(matching_type);
  record.data = std::move(data);
  return record;
}

HandshakeQuestion QuestionOf(const TestHandshake& handshake) {
  HandshakeQuestion question;
  question.policy.verdict = handshake.policy;
  question.policy.mode = handshake.mode;
  question.policy.audit = handshake.audit;
  question.policy.host = "mx1.test";
  question.policy.tlsa = handshake.records;
  question.policy.reference_identifiers = handshake.reference_identifiers;
  question.tls = handshake.tls;
  question.certificates.assign(handshake.certificates.begin(), handshake.certificates.end());
  question.raw_public_key = handshake.raw_public_key;
  question.policy.require_ocsp = handshake.require_ocsp;
  question.policy.require_revocation_status = handshake.require_revocation_status;
  question.staple = handshake.staple;
  question.issuer_staples.assign(handshake.issuer_staples.begin(), handshake.issuer_staples.end());
  question.status_requested = handshake.status_requested;
  question.session_resumed = handshake.session_resumed;
  question.require_pkix = handshake.require_pkix;
  question.pkix_names = handshake.pkix_names;
  return question;
}

HandshakeVerdict Verify(const TestHandshake& handshake) {
  return VerifyHandshake(QuestionOf(handshake), handshake.anchors, handshake.digests,
                         *handshake.crls, handshake.revocation, handshake.now);
}

TrustAnchors AnchorsOf(const std::vector<TestCertificate>& certificates) {
  std::vector<absl::string_view> der;
  der.reserve(certificates.size());
  for (const TestCertificate& certificate : certificates) der.emplace_back(certificate.der);
  return TrustAnchors::FromDer(der).value();
}

bool IsPass(const HandshakeVerdict& verdict) {
  return verdict.verdict == HandshakeVerdict::Verdict::kVerifiedDane &&
         verdict.action == HandshakeVerdict::Action::kProceed && verdict.matched_record &&
         verdict.matched_depth && verdict.x509_error == 0 && !verdict.audit_failure;
}

const char* ReasonName(HandshakeVerdict::Reason reason) {
  using Reason = HandshakeVerdict::Reason;
  switch (reason) {
    case Reason::kDaneEeMatched:
      return "DANE_EE_MATCHED";
    case Reason::kDaneTaMatched:
      return "DANE_TA_MATCHED";
    case Reason::kPkixVerified:
      return "PKIX_VERIFIED";
    case Reason::kTlsaUnusable:
      return "TLSA_UNUSABLE";
    case Reason::kStarttlsNotOffered:
      return "STARTTLS_NOT_OFFERED";
    case Reason::kHandshakeFailed:
      return "HANDSHAKE_FAILED";
    case Reason::kNoCertificate:
      return "NO_CERTIFICATE";
    case Reason::kCertificateMalformed:
      return "CERTIFICATE_MALFORMED";
    case Reason::kTlsaMismatch:
      return "TLSA_MISMATCH";
    case Reason::kNameMismatch:
      return "NAME_MISMATCH";
    case Reason::kCertificateExpired:
      return "CERTIFICATE_EXPIRED";
    case Reason::kCertificateNotYetValid:
      return "CERTIFICATE_NOT_YET_VALID";
    case Reason::kIssuerUnknown:
      return "ISSUER_UNKNOWN";
    case Reason::kChainInvalid:
      return "CHAIN_INVALID";
    case Reason::kAlgorithmWeak:
      return "ALGORITHM_WEAK";
    case Reason::kPolicySkip:
      return "POLICY_SKIP";
    case Reason::kCertificateRevoked:
      return "CERTIFICATE_REVOKED";
    case Reason::kStapleRequired:
      return "STAPLE_REQUIRED";
    case Reason::kMustStaple:
      return "MUST_STAPLE";
    case Reason::kRevocationUnknown:
      return "REVOCATION_UNKNOWN";
  }
  return "?";
}

}  // namespace postern
