// VerifyHandshake with any bytes: certificates, records, staples, policy and time
// (handshake_input.h).
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/x509/openssl_types.h"
#include "tests/fuzz/handshake_input.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;
using Verdict = HandshakeVerdict::Verdict;

void Require(bool holds) {
  if (!holds) abort();
}

// Made without our code: whether a record's data is what it says of a part.
bool IsDataOf(const TlsaRecord& record, absl::string_view part) {
  if (record.matching_type == kMatchFull) return record.data == part;
  const EVP_MD* const digest = record.matching_type == kMatchSha256 ? EVP_sha256() : EVP_sha512();
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  Require(EVP_Digest(part.data(), part.size(), value, &length, digest, nullptr) == 1);
  return record.data == absl::string_view(reinterpret_cast<const char*>(value), length);
}

// The key that OpenSSL finds in a certificate, encoded anew.
std::string KeyOf(absl::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const UniqueX509 certificate(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
  if (certificate == nullptr) return {};
  unsigned char* bytes = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &bytes);
  if (length <= 0) return {};
  std::string key(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  OPENSSL_free(bytes);
  return key;
}

// Whether some SEQUENCE in a certificate is what a record names.
bool HoldsPart(const TlsaRecord& record, absl::string_view der) {
  for (size_t i = 0; i + 3 < der.size(); ++i) {
    const auto octet = [&](size_t n) { return static_cast<uint8_t>(der[i + n]); };
    if (octet(0) != 0x30) continue;
    const size_t size = octet(1) == 0x82   ? 4U + (octet(2) << 8U | octet(3))
                        : octet(1) == 0x81 ? 3U + octet(2)
                                           : 2U + octet(1);
    if (size <= der.size() - i && IsDataOf(record, der.substr(i, size))) return true;
  }
  return false;
}

bool Names(const TlsaRecord& record, absl::string_view der) {
  if (record.selector == kSelectorCert) return IsDataOf(record, der);
  const std::string key = KeyOf(der);
  if (IsDataOf(record, key)) return true;
  // DANE-EE(3) reads no more than it needs: OpenSSL may not take the rest of the
  // certificate, or encode the key otherwise than it was sent.
  return HoldsPart(record, der);
}

void RequireMatch(const HandshakeQuestion& question, const HandshakeVerdict& verdict) {
  const TlsaRecord& record = verdict.matched_record.value();
  const auto& certificates = question.certificates;
  Require(std::find(question.policy.tlsa.begin(), question.policy.tlsa.end(), record) !=
          question.policy.tlsa.end());
  if (verdict.reason == Reason::kDaneEeMatched) {
    Require(record.usage == kDaneEe && verdict.matched_depth == 0U);
    Require(Names(record, certificates[0]));
    return;
  }
  Require(verdict.reason == Reason::kDaneTaMatched && record.usage == kDaneTa);
  Require(verdict.matched_depth.value() > 0);
  Require(std::find(question.policy.reference_identifiers.begin(),
                    question.policy.reference_identifiers.end(),
                    verdict.matched_name) != question.policy.reference_identifiers.end());
  Require(record.matching_type == kMatchFull ||
          std::any_of(certificates.begin() + 1, certificates.end(),
                      [&record](absl::string_view der) { return Names(record, der); }));
}

// What revocation may do to a verdict: nothing but refuse, for a reason that is there.
void CheckRevocation(const TestHandshake& handshake, const HandshakeVerdict& verdict) {
  using Status = RevocationVerdict::Status;
  const RevocationVerdict& known = verdict.revocation;
  const bool has_staple = !handshake.staple.empty();
  Require(known.staple.has_value() <= has_staple);
  Require(known.source == RevocationVerdict::Source::kNone ||
          known.source == RevocationVerdict::Source::kStaple);  // no CRL is at hand
  switch (verdict.reason) {
    case Reason::kDaneEeMatched:  // RFC 7672, section 3.1.1
      Require(known.status == Status::kNotApplicable && !known.staple);
      return;
    case Reason::kCertificateRevoked:
      Require(known.status == Status::kRevoked || !handshake.issuer_staples.empty());
      break;
    case Reason::kStapleRequired:
      Require(handshake.require_ocsp && known.status != Status::kGood);
      break;
    case Reason::kMustStaple:
      Require(handshake.status_requested && known.status != Status::kGood);
      break;
    case Reason::kRevocationUnknown:
      Require(handshake.require_revocation_status && known.status != Status::kGood);
      break;
    case Reason::kDaneTaMatched:
    case Reason::kPkixVerified:
      Require(known.status != Status::kRevoked && known.must_staple != MustStaple::kMissing);
      Require(known.must_staple != MustStaple::kStapled || !known.staple ||
              known.status == Status::kGood);
      Require(!handshake.require_ocsp || known.status == Status::kGood);
      return;
    default:
      return;
  }
  Require(verdict.verdict == Verdict::kFailed || verdict.verdict == Verdict::kUnauthenticated);
  const bool demands =
      handshake.require_ocsp || handshake.require_revocation_status || handshake.require_pkix;
  Require(verdict.verdict == Verdict::kFailed || !demands);
}

void Check(const TestHandshake& handshake) {
  const HandshakeQuestion question = QuestionOf(handshake);
  ERR_clear_error();  // of the last input's KeyOf
  const HandshakeVerdict verdict = Verify(handshake);
  Require(ERR_peek_error() == 0);
  Require(verdict.tlsa.size() == handshake.records.size());
  // A staple may be good by the skew alone, and is then not remembered.
  Require(verdict.valid_until > handshake.now ||
          (verdict.valid_until == handshake.now && verdict.revocation.staple));
  CheckRevocation(handshake, verdict);
  Require((verdict.verdict == Verdict::kVerifiedDane) == verdict.matched_record.has_value());
  const bool is_dane = handshake.policy == HostPolicy::Verdict::kDane ||
                       handshake.policy == HostPolicy::Verdict::kTlsUnauthenticated;
  if (verdict.verdict == Verdict::kVerifiedDane) {
    Require(is_dane);
    RequireMatch(question, verdict);
  }
  if (is_dane && verdict.action == HandshakeVerdict::Action::kProceed) {
    const bool unusable = UsageBits(verdict.tlsa) == 0 && !verdict.tlsa.empty();
    Require(verdict.verdict == Verdict::kVerifiedDane ||
            (verdict.reason == Reason::kTlsaUnusable && unusable) || verdict.audit_failure);
    Require(!verdict.audit_failure || handshake.audit);
  }
  Require(verdict.action == HandshakeVerdict::Action::kProceed ||
          verdict.verdict == Verdict::kFailed);
  // The same until then, but for a staple that does not count yet: that is looked at anew
  // after a minute.
  const bool has_staples = !handshake.staple.empty() || !handshake.issuer_staples.empty();
  if (has_staples && verdict.valid_until <= handshake.now + kCrlAnswerLife) return;
  if (verdict.valid_until == absl::InfiniteFuture()) return;
  TestHandshake later = handshake;
  later.now = verdict.valid_until - absl::Seconds(1);
  if (later.now < handshake.now) return;
  const HandshakeVerdict again = Verify(later);
  Require(again.reason == verdict.reason && again.action == verdict.action &&
          again.x509_error == verdict.x509_error);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(
      postern::ReadHandshake(absl::string_view(reinterpret_cast<const char*>(data), size)));
  return 0;
}
