#include "server/core/handshake/judge_revocation.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/tlsa.h"
#include "server/core/handshake/handshake.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/revocation/staple.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/handshakes.h"
#include "tests/support/map_of_crls.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using Policy = HostPolicy::Verdict;
using Status = RevocationVerdict::Status;

constexpr char kUrl[] = "http://crl.test/a.crl";

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

const TestCertificate& Intermediate() {
  static const auto* const intermediate = new TestCertificate([] {
    CertificateSpec spec = CaSpec("int", EcKey(2));
    spec.serial = 20;
    return Build(spec, &Root());
  }());
  return *intermediate;
}

CertificateSpec ServerSpec() {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.serial = 5;
  spec.authority_access = "OCSP;URI:http://ocsp.test/";
  spec.crl_points = absl::StrCat("URI:", kUrl);
  return spec;
}

const TestCertificate& Leaf() {
  static const auto* const leaf = new TestCertificate(Build(ServerSpec(), &Intermediate()));
  return *leaf;
}

const TestCertificate& MustStapleLeaf() {
  static const auto* const leaf = new TestCertificate([] {
    CertificateSpec spec = ServerSpec();
    spec.must_staple = true;
    return Build(spec, &Intermediate());
  }());
  return *leaf;
}

// "good", "revoked", "unknown", "stale"; anything else is what came.
std::string StapleOf(const std::string& kind, const TestCertificate& certificate,
                     const TestCertificate& issuer) {
  OcspSpec ocsp = GoodSpec(certificate, issuer);
  SingleSpec& single = ocsp.responses[0];
  if (kind == "revoked") {
    single.status = SingleSpec::Status::kRevoked;
  } else if (kind == "unknown") {
    single.status = SingleSpec::Status::kUnknown;
  } else if (kind == "stale") {
    single.this_update = GeneralizedTimeText(TestNow() - absl::Hours(3));
    single.next_update = GeneralizedTimeText(TestNow() - absl::Hours(1));
  } else if (kind != "good") {
    return kind;
  }
  return BuildOcsp(ocsp);
}

std::shared_ptr<const CrlIndex> CrlsWith(bool revoked) {
  CrlSpec spec;
  if (revoked) spec.entries = {CrlEntry(5)};
  auto crls = std::make_shared<MapOfCrls>();
  crls->Add(kUrl, BuildCrl(spec, Intermediate()), Intermediate());
  return crls;
}

// A handshake whose server is authenticated in one of five ways.
enum class By { kDaneEe, kDaneTa, kPkix, kPkixDemanded, kBoth };
constexpr By kAll[] = {By::kDaneEe, By::kDaneTa, By::kPkix, By::kPkixDemanded, By::kBoth};

TestHandshake Handshake(By by, const TestCertificate& leaf = Leaf()) {
  TestHandshake handshake;
  handshake.certificates = {leaf.der, Intermediate().der, Root().der};
  handshake.anchors = AnchorsOf({Root()});
  switch (by) {
    case By::kDaneEe:
      handshake.records = {RecordOf(3, 1, 1, leaf)};
      break;
    case By::kDaneTa:
      handshake.records = {RecordOf(2, 0, 1, Root())};
      break;
    case By::kBoth:
      handshake.records = {RecordOf(2, 0, 1, Root()), RecordOf(3, 1, 1, leaf)};
      break;
    case By::kPkixDemanded:
      handshake.require_pkix = true;
      handshake.policy = Policy::kOpportunistic;
      break;
    case By::kPkix:
      handshake.policy = Policy::kOpportunistic;
      break;
  }
  return handshake;
}

// "FAILED NEXT_HOST MUST_STAPLE audit"
std::string Text(const HandshakeVerdict& verdict) {
  const char* const verdicts[] = {"VERIFIED_DANE", "VERIFIED_PKIX", "UNAUTHENTICATED", "FAILED"};
  return absl::StrCat(
      verdicts[static_cast<int>(verdict.verdict)],
      verdict.action == HandshakeVerdict::Action::kProceed ? " PROCEED " : " NEXT_HOST ",
      ReasonName(verdict.reason), verdict.audit_failure ? " audit" : "");
}

// What each way says of a server that is good.
std::string Good(By by) {
  switch (by) {
    case By::kDaneEe:
    case By::kBoth:
      return "VERIFIED_DANE PROCEED DANE_EE_MATCHED";
    case By::kDaneTa:
      return "VERIFIED_DANE PROCEED DANE_TA_MATCHED";
    case By::kPkix:
    case By::kPkixDemanded:
      break;
  }
  return "VERIFIED_PKIX PROCEED PKIX_VERIFIED";
}

// What each way says where there is a reason of revocation to refuse.
std::string Bad(By by, const std::string& reason) {
  switch (by) {
    case By::kDaneEe:
    case By::kBoth:
      return Good(by);
    case By::kPkix:
      return absl::StrCat("UNAUTHENTICATED PROCEED ", reason);
    case By::kDaneTa:
    case By::kPkixDemanded:
      break;
  }
  return absl::StrCat("FAILED NEXT_HOST ", reason);
}

TEST(JudgeRevocation, ARevokedStapleRefusesDaneTaAndPkixNeverDaneEeO20O25D56D75) {
  for (By by : kAll) {
    TestHandshake handshake = Handshake(by);
    handshake.staple = StapleOf("revoked", Leaf(), Intermediate());
    const HandshakeVerdict verdict = Verify(handshake);
    EXPECT_EQ(Text(verdict), Bad(by, "CERTIFICATE_REVOKED"));
    const bool is_ee = by == By::kDaneEe || by == By::kBoth;
    EXPECT_EQ(verdict.revocation.status, is_ee ? Status::kNotApplicable : Status::kRevoked);
    EXPECT_EQ(verdict.revocation.staple.has_value(), !is_ee) << "not looked at";
    EXPECT_EQ(verdict.matched_record.has_value(), is_ee);
  }
}

TEST(JudgeRevocation, ACrlRefusesAsAStapleDoesO25) {
  for (By by : kAll) {
    TestHandshake handshake = Handshake(by);
    handshake.crls = CrlsWith(/*revoked=*/true);
    EXPECT_EQ(Text(Verify(handshake)), Bad(by, "CERTIFICATE_REVOKED"));
    handshake.session_resumed = true;
    EXPECT_EQ(Text(Verify(handshake)), Bad(by, "CERTIFICATE_REVOKED"));
    handshake.crls = CrlsWith(/*revoked=*/false);
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
  }
}

TEST(JudgeRevocation, AnUnsatisfactoryStapleFailsOnlyWhereOneIsRequiredO20O25) {
  for (By by : kAll) {
    for (const char* staple : {"", "garbage", "unknown", "stale"}) {
      TestHandshake handshake = Handshake(by);
      handshake.staple = StapleOf(staple, Leaf(), Intermediate());
      const HandshakeVerdict verdict = Verify(handshake);
      EXPECT_EQ(Text(verdict), Good(by)) << staple;
      if (by == By::kDaneTa || by == By::kPkix || by == By::kPkixDemanded) {
        EXPECT_EQ(verdict.revocation.status, Status::kUnknown) << staple;
        EXPECT_EQ(verdict.revocation.staple.has_value(), *staple != '\0');
      }
      handshake.require_ocsp = true;
      // Who demands authentication gets it, or no delivery.
      EXPECT_EQ(Text(Verify(handshake)),
                Bad(by == By::kPkix ? By::kPkixDemanded : by, "STAPLE_REQUIRED"))
          << staple;
    }
    TestHandshake handshake = Handshake(by);
    handshake.require_ocsp = true;
    handshake.staple = StapleOf("good", Leaf(), Intermediate());
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
    handshake.staple = StapleOf("revoked", Leaf(), Intermediate());
    EXPECT_EQ(Text(Verify(handshake)),
              Bad(by == By::kPkix ? By::kPkixDemanded : by, "CERTIFICATE_REVOKED"));
  }
}

TEST(JudgeRevocation, SaysWhyAStapleIsNotTheOneThatIsDemanded) {
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.require_ocsp = true;
  EXPECT_THAT(Verify(handshake).detail, HasSubstr("none came"));
  handshake.staple = StapleOf("stale", Leaf(), Intermediate());
  EXPECT_THAT(Verify(handshake).detail, HasSubstr("INVALID: STALE"));
  handshake.staple = StapleOf("unknown", Leaf(), Intermediate());
  EXPECT_THAT(Verify(handshake).detail, HasSubstr("it is UNKNOWN"));
}

TEST(JudgeRevocation, ACrlThatIsGoodIsNotTheStapleThatIsRequired) {
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.require_ocsp = true;
  handshake.crls = CrlsWith(/*revoked=*/false);
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "STAPLE_REQUIRED"));
}

TEST(JudgeRevocation, ARequiredStatusIsMetByAStapleOrACrlO25) {
  for (By by : kAll) {
    const By strict = by == By::kPkix ? By::kPkixDemanded : by;
    for (const char* staple : {"", "garbage", "unknown", "stale"}) {
      TestHandshake handshake = Handshake(by);
      handshake.require_revocation_status = true;
      handshake.staple = StapleOf(staple, Leaf(), Intermediate());
      EXPECT_EQ(Text(Verify(handshake)), Bad(strict, "REVOCATION_UNKNOWN")) << staple;
      handshake.crls = CrlsWith(/*revoked=*/false);
      EXPECT_EQ(Text(Verify(handshake)), Good(by)) << staple;
    }
    TestHandshake handshake = Handshake(by);
    handshake.require_revocation_status = true;
    handshake.staple = StapleOf("good", Leaf(), Intermediate());
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
  }
}

TEST(JudgeRevocation, MustStapleWithoutAStapleIsNotValidO22) {
  for (By by : kAll) {
    TestHandshake handshake = Handshake(by, MustStapleLeaf());
    EXPECT_EQ(Text(Verify(handshake)), Bad(by, "MUST_STAPLE"));
    handshake.staple = StapleOf("good", MustStapleLeaf(), Intermediate());
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
  }
}

// Else whoever holds a stolen key would meet it with any byte.
TEST(JudgeRevocation, MustStapleIsNotMetByAStapleThatIsNotGoodO20O22) {
  for (By by : kAll) {
    for (const char* staple : {"garbage", "stale", "unknown"}) {
      TestHandshake handshake = Handshake(by, MustStapleLeaf());
      handshake.staple = StapleOf(staple, MustStapleLeaf(), Intermediate());
      EXPECT_EQ(Text(Verify(handshake)), Bad(by, "MUST_STAPLE")) << staple;
      handshake.crls = CrlsWith(/*revoked=*/false);
      EXPECT_EQ(Text(Verify(handshake)), Bad(by, "MUST_STAPLE")) << staple;
      handshake.revocation.must_staple_out_of_band = true;
      EXPECT_EQ(Text(Verify(handshake)), Good(by)) << staple;
      handshake.crls = CrlsWith(/*revoked=*/true);
      EXPECT_EQ(Text(Verify(handshake)), Bad(by, "CERTIFICATE_REVOKED")) << staple;
      // Who did not ask, or resumed, is owed none.
      handshake.crls = CrlsWith(/*revoked=*/false);
      handshake.revocation.must_staple_out_of_band = false;
      handshake.status_requested = false;
      EXPECT_EQ(Text(Verify(handshake)), Good(by)) << staple;
    }
  }
  TestHandshake handshake = Handshake(By::kDaneTa, MustStapleLeaf());
  handshake.staple = StapleOf("stale", MustStapleLeaf(), Intermediate());
  EXPECT_THAT(Verify(handshake).detail, HasSubstr("INVALID: STALE"));
}

TEST(JudgeRevocation, MustStapleIsMetOutOfBandOnlyWhereTheOperatorLetsItO23) {
  TestHandshake handshake = Handshake(By::kDaneTa, MustStapleLeaf());
  handshake.crls = CrlsWith(/*revoked=*/false);
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "MUST_STAPLE"));
  handshake.revocation.must_staple_out_of_band = true;
  const HandshakeVerdict verdict = Verify(handshake);
  EXPECT_EQ(Text(verdict), Good(By::kDaneTa));
  EXPECT_EQ(verdict.revocation.must_staple, MustStaple::kOutOfBand);
  handshake.crls = CrlsWith(/*revoked=*/true);
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "CERTIFICATE_REVOKED"));
}

TEST(JudgeRevocation, MustStapleBindsNobodyWhoDidNotAskO24) {
  for (By by : kAll) {
    TestHandshake handshake = Handshake(by, MustStapleLeaf());
    handshake.status_requested = false;
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
    if (by == By::kDaneTa) {
      EXPECT_EQ(Verify(handshake).revocation.must_staple, MustStaple::kNotOffered);
    }
  }
}

// A session is the client's word: the rule may be newer, or the word false.
TEST(JudgeRevocation, AResumedSessionIsFreeOfMustStapleNotOfThePolicyO24) {
  for (By by : kAll) {
    TestHandshake handshake = Handshake(by, MustStapleLeaf());
    handshake.session_resumed = true;
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
    // Who demands a status demands PKIX, where it was only tried.
    const By then = by == By::kPkix ? By::kPkixDemanded : by;
    handshake.require_revocation_status = true;
    EXPECT_EQ(Text(Verify(handshake)), Bad(then, "REVOCATION_UNKNOWN"));
    handshake.crls = CrlsWith(/*revoked=*/false);
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
    handshake.require_ocsp = true;
    EXPECT_EQ(Text(Verify(handshake)), Bad(then, "STAPLE_REQUIRED"));
  }
}

TEST(JudgeRevocation, ACrlThatListsAnIssuerRefusesToo) {
  CertificateSpec spec = CaSpec("int", EcKey(2));
  spec.serial = 21;
  spec.crl_points = absl::StrCat("URI:", kUrl);
  const TestCertificate intermediate = Build(spec, &Root());
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  for (const bool revoked : {false, true}) {
    CrlSpec list;
    if (revoked) list.entries = {CrlEntry(21)};
    auto crls = std::make_shared<MapOfCrls>();
    crls->Add(kUrl, BuildCrl(list, Root()), Root());
    TestHandshake handshake = Handshake(By::kDaneTa);
    handshake.certificates = {leaf.der, intermediate.der, Root().der};
    handshake.crls = crls;
    EXPECT_EQ(Text(Verify(handshake)),
              revoked ? Bad(By::kDaneTa, "CERTIFICATE_REVOKED") : Good(By::kDaneTa));
  }
}

TEST(JudgeRevocation, OfTheIssuersStaplesOnlyRevokedCountsO21) {
  for (By by : kAll) {
    for (const char* staple : {"", "garbage", "unknown", "stale", "good"}) {
      TestHandshake handshake = Handshake(by);
      handshake.issuer_staples = {StapleOf(staple, Intermediate(), Root())};
      EXPECT_EQ(Text(Verify(handshake)), Good(by)) << staple;
    }
    TestHandshake handshake = Handshake(by);
    handshake.staple = StapleOf("good", Leaf(), Intermediate());
    handshake.issuer_staples = {StapleOf("revoked", Intermediate(), Root())};
    const HandshakeVerdict verdict = Verify(handshake);
    EXPECT_EQ(Text(verdict), Bad(by, "CERTIFICATE_REVOKED"));
    if (by == By::kDaneTa) EXPECT_THAT(verdict.detail, HasSubstr("depth 1"));
    // The same statement beside another certificate is about nobody.
    handshake.issuer_staples = {"", handshake.issuer_staples[0]};
    EXPECT_EQ(Text(Verify(handshake)), Good(by));
  }
}

TEST(JudgeRevocation, FindsTheIssuersStapleByItsCertificateNotByItsDepthO21) {
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.certificates = {Leaf().der, Root().der, Intermediate().der};
  handshake.issuer_staples = {"", StapleOf("revoked", Intermediate(), Root())};
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "CERTIFICATE_REVOKED"));
  // More staples than certificates are nothing to stumble over.
  handshake.issuer_staples = std::vector<std::string>(15, handshake.issuer_staples[1]);
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "CERTIFICATE_REVOKED"));
}

TEST(JudgeRevocation, AnAuditTellsAndProceedsUnlessAuthenticationIsDemandedD74) {
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.audit = true;
  handshake.staple = StapleOf("revoked", Leaf(), Intermediate());
  EXPECT_EQ(Text(Verify(handshake)), "FAILED PROCEED CERTIFICATE_REVOKED audit");
  for (bool TestHandshake::*demand :
       {&TestHandshake::require_ocsp, &TestHandshake::require_revocation_status,
        &TestHandshake::require_pkix}) {
    TestHandshake strict = handshake;
    strict.*demand = true;
    EXPECT_EQ(Text(Verify(strict)), "FAILED NEXT_HOST CERTIFICATE_REVOKED");
  }
}

// RFC 7633 and RFC 7435: what is not valid is not authenticated, and mail goes on
// without authentication where none is demanded.
TEST(JudgeRevocation, UnderAnOpportunisticPolicyWhatIsRevokedIsNotAuthenticatedO22) {
  TestHandshake handshake = Handshake(By::kPkix);
  handshake.staple = StapleOf("revoked", Leaf(), Intermediate());
  EXPECT_EQ(Text(Verify(handshake)), "UNAUTHENTICATED PROCEED CERTIFICATE_REVOKED");
  EXPECT_EQ(TlsrptResultOf(Verify(handshake).reason), TlsrptResult::kCertificateNotTrusted);
}

TEST(JudgeRevocation, DemandsOfTheRuleDemandAuthentication) {
  for (bool TestHandshake::*demand :
       {&TestHandshake::require_ocsp, &TestHandshake::require_revocation_status}) {
    TestHandshake handshake = Handshake(By::kPkix);
    handshake.*demand = true;
    handshake.anchors = AnchorsOf({Leaf()});
    handshake.certificates = {Build(LeafSpec("mx1.test")).der};
    EXPECT_EQ(Text(Verify(handshake)), "FAILED NEXT_HOST ISSUER_UNKNOWN");
    handshake.tls = HandshakeQuestion::Tls::kNotOffered;
    EXPECT_EQ(Text(Verify(handshake)), "FAILED NEXT_HOST STARTTLS_NOT_OFFERED");
  }
}

TEST(JudgeRevocation, WhereTheIssuerIsNotKnownNothingIsAndADemandIsNotMet) {
  // The key that issued the certificate is in the record alone.
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.certificates = {Leaf().der};
  handshake.records = {RecordOf(2, 1, 0, Intermediate())};
  handshake.staple = StapleOf("revoked", Leaf(), Intermediate());
  HandshakeVerdict verdict = Verify(handshake);
  EXPECT_EQ(Text(verdict), Good(By::kDaneTa));
  EXPECT_EQ(verdict.revocation.status, Status::kNotApplicable);
  handshake.require_ocsp = true;
  verdict = Verify(handshake);
  EXPECT_EQ(Text(verdict), Bad(By::kDaneTa, "STAPLE_REQUIRED"));
  EXPECT_THAT(verdict.detail, HasSubstr("issuer"));
  handshake.require_ocsp = false;
  handshake.require_revocation_status = true;
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "REVOCATION_UNKNOWN"));
}

TEST(JudgeRevocation, WhereTheIssuerIsNotKnownMustStapleIsMetByWhateverCameO22) {
  // Nothing can be checked there.
  TestHandshake handshake = Handshake(By::kDaneTa, MustStapleLeaf());
  handshake.certificates = {MustStapleLeaf().der};
  handshake.records = {RecordOf(2, 1, 0, Intermediate())};
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "MUST_STAPLE"));
  handshake.staple = "whatever";
  EXPECT_EQ(Text(Verify(handshake)), Good(By::kDaneTa));
}

TEST(JudgeRevocation, HoldsAsLongAsWhatItRestsOn) {
  const auto valid_for = [](const std::string& staple, const std::string& issuers) {
    TestHandshake handshake = Handshake(By::kDaneTa);
    handshake.staple = StapleOf(staple, Leaf(), Intermediate());
    handshake.issuer_staples = {StapleOf(issuers, Intermediate(), Root())};
    return Verify(handshake).valid_until - TestNow();
  };
  EXPECT_EQ(valid_for("good", ""), absl::Hours(23));
  EXPECT_EQ(valid_for("revoked", ""), absl::Hours(23));
  EXPECT_EQ(valid_for("", ""), kNoCrlAnswerLife);
  EXPECT_EQ(valid_for("stale", ""), kNoCrlAnswerLife);
  EXPECT_EQ(valid_for("good", "good"), absl::Hours(23));
  EXPECT_EQ(valid_for("good", "revoked"), absl::Hours(23));
  EXPECT_EQ(valid_for("good", "garbage"), kCrlAnswerLife);

  // "revoked" by an issuer's staple that ends first.
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.staple = StapleOf("good", Leaf(), Intermediate());
  OcspSpec ocsp = GoodSpec(Intermediate(), Root());
  ocsp.responses[0].status = SingleSpec::Status::kRevoked;
  ocsp.responses[0].next_update = GeneralizedTimeText(TestNow() + absl::Minutes(7));
  handshake.issuer_staples = {BuildOcsp(ocsp)};
  EXPECT_EQ(Verify(handshake).valid_until, TestNow() + absl::Minutes(7));
  // One that counts from soon on.
  ocsp.responses[0].this_update = GeneralizedTimeText(TestNow() + absl::Minutes(5));
  handshake.issuer_staples = {BuildOcsp(ocsp)};
  EXPECT_EQ(Text(Verify(handshake)), Good(By::kDaneTa));
  EXPECT_EQ(Verify(handshake).valid_until, TestNow() + kCrlAnswerLife);
}

TEST(JudgeRevocation, TakesItsChecksFromTheOptions) {
  TestHandshake handshake = Handshake(By::kDaneTa);
  handshake.staple = StapleOf("good", Leaf(), Intermediate());
  handshake.require_ocsp = true;
  EXPECT_EQ(Text(Verify(handshake)), Good(By::kDaneTa));
  handshake.revocation.max_staple_age = absl::Minutes(30);
  EXPECT_EQ(Text(Verify(handshake)), Bad(By::kDaneTa, "STAPLE_REQUIRED"));
}

}  // namespace
}  // namespace postern
