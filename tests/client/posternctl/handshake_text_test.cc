#include "client/posternctl/handshake_text.h"

#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::HandshakeVerdict Parse(const std::string& text) {
  v1::HandshakeVerdict handshake;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &handshake));
  return handshake;
}

// 2026-11-24.
const absl::Time kNow = absl::FromUnixSeconds(1795478400);

std::string Text(const v1::HandshakeVerdict& handshake) {
  return HandshakeText("mx.test", handshake, {kNow, /*colour=*/false});
}

TEST(HandshakeText, TellsWhatMatchedAndEachRecordAndCertificate) {
  EXPECT_EQ(
      Text(Parse(R"(
    verdict: VERIFIED_DANE action: PROCEED reason: DANE_TA_MATCHED cv: "dane"
    matched_record {
      certificate_usage: 2 matching_type: 1 usable: true certificate_association_data: "short"
    }
    matched_depth: 1
    matched_name: "mx.test"
    tlsa_records {
      certificate_usage: 2 matching_type: 1 usable: true certificate_association_data: "short"
    }
    tlsa_records {
      certificate_usage: 1 matching_type: 1 unusable_reason: PKIX_USAGE
      certificate_association_data: "0123456789abcdef0123456789abcdef"
    }
    certificates {
      subject: "CN=mx.test" public_key: "EC P-256"
      dns_names: "a" dns_names: "b" dns_names: "c" dns_names: "d" dns_names: "e" dns_names: "f"
      not_before { seconds: 1795392000 } not_after { seconds: 1796256000 }
    }
    certificates {
      subject: "CN=CA" public_key: "RSA 2048"
      not_before { seconds: 1795305600 } not_after { seconds: 1795392000 }
    }
    certificates {
      subject: "CN=Root" public_key: "RSA 4096"
      not_before { seconds: 1795564800 } not_after { seconds: 1796256000 }
    }
    certificates { error: "not DER" })")),
      R"(mx.test  VERIFIED_DANE  PROCEED  CV=dane  the chain leads to what a DANE-TA record names
    record  2 0 1 73686f7274  at depth 1
    name    mx.test
    TLSA    2 0 1 73686f7274
            1 0 1 30313233343536373839616263646566... (32 bytes)  unusable: PKIX usages are not for SMTP
    chain   0  CN=mx.test  EC P-256  2026-11-23 to 2026-12-03 (ends in 9 d)
               for a, b, c and 3 more
            1  CN=CA  RSA 2048  2026-11-22 to 2026-11-23 (expired)
            2  CN=Root  RSA 4096  2026-11-25 to 2026-12-03 (not valid yet)
            3  not DER
)");
}

TEST(HandshakeText, TellsWhyAHandshakeFails) {
  EXPECT_EQ(Text(Parse(R"(
    verdict: FAILED action: NEXT_HOST reason: CERTIFICATE_EXPIRED cv: "no" x509_error: 10
    matched_depth: 2 tlsrpt_result_type: CERTIFICATE_EXPIRED detail: "certificate 0 ended")")),
            R"(mx.test  FAILED  NEXT_HOST  CV=no  a certificate has expired
    anchor  at depth 2
    X.509   error 10: certificate has expired
    TLSRPT  certificate-expired
    detail  certificate 0 ended
)");
  EXPECT_THAT(Text(Parse("verdict: UNAUTHENTICATED action: PROCEED audit_failure: true")),
              HasSubstr("audit  it would be NEXT_HOST"));
}

TEST(HandshakeText, TellsWhatTheStapleIsWorthAndWhatACrlSays) {
  EXPECT_EQ(
      Text(Parse(R"(
    verdict: VERIFIED_DANE action: PROCEED reason: DANE_TA_MATCHED cv: "dane"
    revocation { status: GOOD source: STAPLE staple { status: GOOD } })")),
      R"(mx.test  VERIFIED_DANE  PROCEED  CV=dane  the chain leads to what a DANE-TA record names
    staple  GOOD
)");
  EXPECT_EQ(Text(Parse(R"(
    verdict: FAILED action: NEXT_HOST reason: CERTIFICATE_REVOKED cv: "no"
    revocation {
      status: REVOKED source: CRL crl { status: REVOKED }
      staple { status: INVALID reason: STALE detail: "nextUpdate was\n\033" }
    })")),
            R"(mx.test  FAILED  NEXT_HOST  CV=no  a certificate is revoked
    staple      INVALID STALE: nextUpdate was??
    revocation  REVOKED by CRL
)");
  EXPECT_THAT(Text(Parse("revocation { status: NOT_AVAILABLE }")), Not(HasSubstr("staple")));
}

TEST(HandshakeText, LetsNoCertificateSteerTheTerminal) {
  const std::string text = HandshakeText("\033[2J", Parse(R"(
    cv: "\033" matched_name: "\033" detail: "\n\033"
    certificates { subject: "\033" public_key: "\033" dns_names: "\302\233" }
    certificates { error: "\033" })"),
                                         {kNow, /*colour=*/false});
  EXPECT_THAT(text, Not(HasSubstr("\033")));
  EXPECT_THAT(text, Not(HasSubstr("\302\233")));
}

TEST(HandshakeText, ColoursTheVerdict) {
  const struct {
    const char* verdict;
    const char* colour;
  } kCases[] = {
      {"VERIFIED_DANE", "\033[32m"},
      {"VERIFIED_PKIX", "\033[32m"},
      {"UNAUTHENTICATED", "\033[33m"},
      {"FAILED", "\033[31m"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(VerdictLine(Parse(std::string("verdict: ") + test.verdict), {kNow, true}),
                HasSubstr(std::string(test.colour) + test.verdict + "\033[0m"));
  }
}

}  // namespace
}  // namespace postern::posternctl
