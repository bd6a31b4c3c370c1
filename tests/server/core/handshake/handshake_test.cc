#include "server/core/handshake/handshake.h"

#include <optional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;
using Verdict = HandshakeVerdict::Verdict;

TEST(CvOf, WritesAsEximDoes) {
  EXPECT_STREQ(CvOf(Verdict::kVerifiedDane), "dane");
  EXPECT_STREQ(CvOf(Verdict::kVerifiedPkix), "yes");
  EXPECT_STREQ(CvOf(Verdict::kUnauthenticated), "no");
  EXPECT_STREQ(CvOf(Verdict::kFailed), "no");
}

TEST(TlsrptResultOf, MapsEachReasonToOneResultTypeP3) {
  const std::pair<Reason, std::optional<TlsrptResult>> cases[] = {
      {Reason::kDaneEeMatched, std::nullopt},
      {Reason::kDaneTaMatched, std::nullopt},
      {Reason::kPkixVerified, std::nullopt},
      {Reason::kTlsaUnusable, TlsrptResult::kTlsaInvalid},
      {Reason::kStarttlsNotOffered, TlsrptResult::kStarttlsNotSupported},
      {Reason::kHandshakeFailed, TlsrptResult::kValidationFailure},
      {Reason::kNoCertificate, TlsrptResult::kValidationFailure},
      {Reason::kCertificateMalformed, TlsrptResult::kValidationFailure},
      {Reason::kTlsaMismatch, TlsrptResult::kCertificateNotTrusted},
      {Reason::kNameMismatch, TlsrptResult::kCertificateHostMismatch},
      {Reason::kCertificateExpired, TlsrptResult::kCertificateExpired},
      {Reason::kCertificateNotYetValid, TlsrptResult::kCertificateNotTrusted},
      {Reason::kIssuerUnknown, TlsrptResult::kCertificateNotTrusted},
      {Reason::kChainInvalid, TlsrptResult::kCertificateNotTrusted},
      {Reason::kAlgorithmWeak, TlsrptResult::kCertificateNotTrusted},
      {Reason::kPolicySkip, std::nullopt},
      {Reason::kCertificateRevoked, TlsrptResult::kCertificateNotTrusted},
      {Reason::kMustStaple, TlsrptResult::kCertificateNotTrusted},
      {Reason::kStapleRequired, TlsrptResult::kValidationFailure},
      {Reason::kRevocationUnknown, TlsrptResult::kValidationFailure},
  };
  for (const auto& [reason, result] : cases) {
    EXPECT_EQ(TlsrptResultOf(reason), result) << ReasonName(reason);
  }
}

TEST(DemandsAuthentication, IsWhatTheRequestOrARuleSays) {
  EXPECT_FALSE(DemandsAuthentication(HandshakeQuestion()));
  HandshakeQuestion pkix;
  pkix.require_pkix = true;
  EXPECT_TRUE(DemandsAuthentication(pkix));
  HandshakeQuestion ocsp;
  ocsp.policy.require_ocsp = true;
  EXPECT_TRUE(DemandsAuthentication(ocsp));
  HandshakeQuestion status;
  status.policy.require_revocation_status = true;
  EXPECT_TRUE(DemandsAuthentication(status));
}

}  // namespace
}  // namespace postern
