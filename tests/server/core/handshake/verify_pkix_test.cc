#include "server/core/handshake/verify_pkix.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/handshake/handshake.h"
#include "server/core/x509/trust_anchors.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;

class VerifyPkixTest : public ::testing::Test {
 protected:
  HandshakeVerdict Verdict(const std::vector<TestCertificate>& chain,
                           const std::vector<TestCertificate>& anchors) {
    TestHandshake handshake;
    for (const TestCertificate& one : chain) handshake.certificates.push_back(one.der);
    handshake.pkix_names = names;
    return VerifyPkix(QuestionOf(handshake), AnchorsOf(anchors), TestNow(), path);
  }

  std::vector<UniqueX509> path;
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  std::vector<std::string> names = {"d.test", "mx1.test"};
};

TEST_F(VerifyPkixTest, VerifiesAChainToAnAnchorAndAName) {
  const HandshakeVerdict verdict = Verdict({leaf, intermediate}, {root});
  EXPECT_EQ(verdict.verdict, HandshakeVerdict::Verdict::kVerifiedPkix);
  EXPECT_EQ(verdict.reason, Reason::kPkixVerified);
  EXPECT_EQ(verdict.matched_depth, 2u);
  EXPECT_EQ(verdict.matched_name, "mx1.test");
  EXPECT_EQ(verdict.x509_error, 0);
  EXPECT_FALSE(verdict.matched_record.has_value());
}

TEST_F(VerifyPkixTest, NeedsTheChainToLeadToAnAnchor) {
  EXPECT_EQ(Verdict({leaf}, {root}).reason, Reason::kIssuerUnknown);
  EXPECT_EQ(Verdict({leaf, intermediate, root}, {}).reason, Reason::kIssuerUnknown);
  EXPECT_EQ(Verdict({leaf, intermediate, root}, {Build(CaSpec("o", EcKey(3)))}).reason,
            Reason::kIssuerUnknown);
  EXPECT_EQ(Verdict({Build(LeafSpec("mx1.test"))}, {root}).reason, Reason::kIssuerUnknown);
}

TEST_F(VerifyPkixTest, NeedsTheKeyOfTheAnchorAndNotItsNameAlone) {
  CertificateSpec spec = CaSpec("root", EcKey(5));
  spec.has_key_ids = false;
  EXPECT_EQ(Verdict({leaf, intermediate}, {Build(spec)}).reason, Reason::kChainInvalid);
}

TEST_F(VerifyPkixTest, NeedsANameOfThose) {
  names = {"mx2.test"};
  EXPECT_EQ(Verdict({leaf, intermediate}, {root}).reason, Reason::kNameMismatch);
  names = {};
  EXPECT_EQ(Verdict({leaf, intermediate}, {root}).reason, Reason::kNameMismatch);
}

TEST_F(VerifyPkixTest, HoldsACommonNameToTheNameConstraints) {
  CertificateSpec constrained = CaSpec("root", EcKey(1));
  constrained.name_constraints = "permitted;DNS:other.test";
  const TestCertificate anchor = Build(constrained);
  CertificateSpec spec = LeafSpec("");
  spec.dns_names.clear();
  for (const char* name : {"*.test", "mx1", "mx1-.test"}) {
    spec.common_names = {name};
    names = {"mx1.test", "mx1", "mx1-.test"};
    EXPECT_EQ(Verdict({Build(spec, &anchor)}, {anchor}).reason, Reason::kNameMismatch) << name;
    EXPECT_EQ(Verdict({Build(spec, &root)}, {root}).reason, Reason::kPkixVerified) << name;
  }
}

TEST_F(VerifyPkixTest, NeedsDatesAndPurpose) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.not_after = TestNow();
  EXPECT_EQ(Verdict({Build(spec, &root)}, {root}).reason, Reason::kCertificateExpired);
  spec = LeafSpec("mx1.test");
  spec.not_before = TestNow() + absl::Seconds(1);
  EXPECT_EQ(Verdict({Build(spec, &root)}, {root}).reason, Reason::kCertificateNotYetValid);
  spec = LeafSpec("mx1.test");
  spec.extended_key_usage = "emailProtection";
  EXPECT_EQ(Verdict({Build(spec, &root)}, {root}).reason, Reason::kChainInvalid);
}

TEST_F(VerifyPkixTest, HoldsUntilTheFirstDateOfTheAnchorToo) {
  CertificateSpec spec = CaSpec("root", EcKey(1));
  spec.not_after = TestNow() + absl::Hours(1);
  EXPECT_EQ(Verdict({leaf, intermediate}, {Build(spec)}).valid_until, TestNow() + absl::Hours(1));
}

TEST_F(VerifyPkixTest, NeedsACertificate) {
  EXPECT_EQ(Verdict({}, {root}).reason, Reason::kNoCertificate);
  TestHandshake handshake;
  handshake.raw_public_key = leaf.public_key_info;
  EXPECT_EQ(VerifyPkix(QuestionOf(handshake), AnchorsOf({root}), TestNow(), path).reason,
            Reason::kNoCertificate);
  handshake.certificates = {"x"};
  EXPECT_EQ(VerifyPkix(QuestionOf(handshake), AnchorsOf({root}), TestNow(), path).reason,
            Reason::kCertificateMalformed);
}

}  // namespace
}  // namespace postern
