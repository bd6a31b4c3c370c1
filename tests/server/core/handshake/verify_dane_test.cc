#include "server/core/handshake/verify_dane.h"

#include <openssl/x509.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"
#include "server/core/handshake/handshake.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/handshakes.h"

namespace postern {
namespace {

using Reason = HandshakeVerdict::Reason;

// A root, an intermediate and a server.
struct Pki {
  TestCertificate root = Build(CaSpec("root", EcKey(1)));
  TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
  TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
  TestCertificate other = Build(CaSpec("other", EcKey(3)));
};

const Pki& Known() {
  static const auto* const pki = new Pki;
  return *pki;
}

TestHandshake With(const std::vector<TestCertificate>& chain, std::vector<TlsaRecord> records) {
  TestHandshake handshake;
  for (const TestCertificate& certificate : chain) {
    handshake.certificates.push_back(certificate.der);
  }
  handshake.records = std::move(records);
  return handshake;
}

TestHandshake Whole(std::vector<TlsaRecord> records) {
  return With({Known().leaf, Known().intermediate, Known().root}, std::move(records));
}

// A handshake whose root a DANE-TA record names, with a server's certificate to be set.
TestHandshake WithLeaf(const CertificateSpec& spec) {
  const TestCertificate leaf = Build(spec, &Known().root);
  return With({leaf, Known().root}, {RecordOf(2, 0, 1, Known().root)});
}

Reason ReasonOf(const TestHandshake& handshake) {
  const HandshakeVerdict verdict = Verify(handshake);
  EXPECT_EQ(verdict.verdict == HandshakeVerdict::Verdict::kVerifiedDane, IsPass(verdict));
  EXPECT_EQ(verdict.matched_record.has_value(), IsPass(verdict));
  if (!IsPass(verdict)) {
    EXPECT_EQ(verdict.action, HandshakeVerdict::Action::kNextHost);
  }
  return verdict.reason;
}

#define EXPECT_REASON(handshake, reason) \
  EXPECT_EQ(ReasonName(ReasonOf(handshake)), ReasonName(Reason::reason))

TlsaRecord Wrong(int usage, int selector, int matching_type) {
  return RecordOf(usage, selector, matching_type, Known().other);
}

TEST(VerifyDane, PassesAMatchAndFailsAMismatchD20D62) {
  EXPECT_REASON(Whole({RecordOf(3, 1, 1, Known().leaf)}), kDaneEeMatched);
  const HandshakeVerdict failed = Verify(Whole({Wrong(3, 1, 1)}));
  EXPECT_EQ(failed.reason, Reason::kTlsaMismatch);
  EXPECT_EQ(failed.action, HandshakeVerdict::Action::kNextHost) << "never a bounce";
  EXPECT_EQ(failed.x509_error, X509_V_ERR_DANE_NO_MATCH);
}

TEST(VerifyDane, OfDaneEeNamesDoNotCountD54A3) {
  const TestCertificate leaf = Build(LeafSpec("other.test"));
  EXPECT_REASON(With({leaf}, {RecordOf(3, 1, 1, leaf)}), kDaneEeMatched);
}

TEST(VerifyDane, OfDaneEeDatesDoNotCountD55A3) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.not_before = TestNow() - absl::Hours(48);
  spec.not_after = TestNow() - absl::Hours(24);
  TestCertificate leaf = Build(spec);
  EXPECT_REASON(With({leaf}, {RecordOf(3, 1, 1, leaf)}), kDaneEeMatched);
  spec.not_before = TestNow() + absl::Hours(24);
  spec.not_after = TestNow() + absl::Hours(48);
  leaf = Build(spec);
  const HandshakeVerdict verdict = Verify(With({leaf}, {RecordOf(3, 1, 1, leaf)}));
  EXPECT_TRUE(IsPass(verdict));
  EXPECT_EQ(verdict.valid_until, absl::InfiniteFuture());
}

TEST(VerifyDane, OfDaneEeNothingButTheKeyCountsD56D75A2) {
  CertificateSpec spec;
  spec.common_names = {};
  spec.key_usage = "keyCertSign";
  spec.extended_key_usage = "clientAuth";
  spec.authority_access = "OCSP;URI:http://dead.test";
  spec.must_staple = true;
  spec.has_unknown_critical_extension = true;
  spec.has_wrong_signature = true;
  spec.key = RsaKey(1024);
  spec.digest = EVP_sha1();
  spec.raw_extensions = {{"2.5.29.17", "no names"}};
  const TestCertificate leaf = Build(spec);
  EXPECT_REASON(With({leaf}, {RecordOf(3, 1, 1, leaf)}), kDaneEeMatched);
}

TEST(VerifyDane, OfDaneEeTheRestOfTheChainDoesNotCount) {
  TestHandshake handshake = Whole({RecordOf(3, 1, 1, Known().leaf)});
  handshake.certificates[1] = "no certificate";
  EXPECT_REASON(handshake, kDaneEeMatched);
}

TEST(VerifyDane, MatchesDaneEeToTheServersOwnCertificateAlone) {
  EXPECT_REASON(Whole({RecordOf(3, 1, 1, Known().root)}), kTlsaMismatch);
  EXPECT_REASON(Whole({RecordOf(3, 0, 0, Known().intermediate)}), kTlsaMismatch);
}

TEST(VerifyDane, OfDaneTaDatesCountD57) {
  CertificateSpec spec = LeafSpec("mx1.test");
  EXPECT_REASON(WithLeaf(spec), kDaneTaMatched);
  spec.not_after = TestNow();
  EXPECT_REASON(WithLeaf(spec), kCertificateExpired);
  spec.not_after = TestNow() + absl::Hours(2);
  spec.not_before = TestNow() + absl::Hours(1);
  EXPECT_REASON(WithLeaf(spec), kCertificateNotYetValid);
  CertificateSpec root = CaSpec("root", EcKey(1));
  root.not_after = TestNow();
  const TestCertificate expired = Build(root);
  EXPECT_REASON(
      With({Build(LeafSpec("mx1.test"), &expired), expired}, {RecordOf(2, 1, 1, expired)}),
      kCertificateExpired);
}

TEST(VerifyDane, OfDaneTaNamesCountD57) {
  EXPECT_REASON(WithLeaf(LeafSpec("mx2.test")), kNameMismatch);
  const HandshakeVerdict verdict = Verify(WithLeaf(LeafSpec("mx2.test")));
  EXPECT_EQ(verdict.x509_error, X509_V_ERR_HOSTNAME_MISMATCH);
}

TEST(VerifyDane, OfDaneTaPurposeAndStrengthCount) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.extended_key_usage = "clientAuth";
  EXPECT_REASON(WithLeaf(spec), kChainInvalid);
  spec = LeafSpec("mx1.test");
  spec.has_wrong_signature = true;
  EXPECT_REASON(WithLeaf(spec), kChainInvalid);
  spec = LeafSpec("mx1.test");
  spec.digest = EVP_sha1();
  EXPECT_REASON(WithLeaf(spec), kAlgorithmWeak);
  spec = LeafSpec("mx1.test");
  spec.key = RsaKey(1024);
  EXPECT_REASON(WithLeaf(spec), kAlgorithmWeak);
}

TEST(VerifyDane, OfDaneTaTransparencyAndRevocationDoNotCountA2D75) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.authority_access = "OCSP;URI:http://dead.test";
  spec.crl_points = "URI:http://dead.test/crl";
  EXPECT_REASON(WithLeaf(spec), kDaneTaMatched);
}

TEST(VerifyDane, AppliesTheAnchorsConstraintsWithEitherSelectorD58A7) {
  CertificateSpec no_intermediates = CaSpec("root", EcKey(1));
  no_intermediates.path_length = 0;
  CertificateSpec other_names = CaSpec("root", EcKey(1));
  other_names.name_constraints = "permitted;DNS:other.test";
  CertificateSpec no_ca = CaSpec("root", EcKey(1));
  no_ca.is_ca = false;
  no_ca.key_usage = "";
  for (const CertificateSpec& spec : {no_intermediates, other_names, no_ca}) {
    const TestCertificate root = Build(spec);
    const TestCertificate intermediate = Build(CaSpec("int", EcKey(2)), &root);
    const TestCertificate leaf = Build(LeafSpec("mx1.test"), &intermediate);
    for (const TlsaRecord& record :
         {RecordOf(2, 0, 1, root), RecordOf(2, 1, 1, root), RecordOf(2, 0, 0, root)}) {
      EXPECT_REASON(With({leaf, intermediate, root}, {record}), kChainInvalid);
    }
  }
}

TEST(VerifyDane, NeedsTheAnchorInTheChainForADigestD59A6) {
  const std::vector<TestCertificate> chain = {Known().leaf, Known().intermediate};
  for (int selector : {0, 1}) {
    for (int matching_type : {1, 2}) {
      EXPECT_REASON(With(chain, {RecordOf(2, selector, matching_type, Known().root)}),
                    kTlsaMismatch);
    }
  }
}

TEST(VerifyDane, NeedsTheAnchorToBeWhereTheChainLeadsD59) {
  EXPECT_REASON(
      With({Known().leaf, Known().intermediate, Known().other}, {RecordOf(2, 0, 1, Known().other)}),
      kTlsaMismatch);
}

TEST(VerifyDane, UsesNoOtherAnchorD60A8) {
  TestHandshake handshake = With({Known().leaf, Known().intermediate}, {Wrong(2, 0, 1)});
  handshake.anchors = AnchorsOf({Known().root});
  EXPECT_REASON(handshake, kTlsaMismatch);
  handshake.records = {RecordOf(2, 0, 1, Known().root)};
  EXPECT_REASON(handshake, kTlsaMismatch);
}

TEST(VerifyDane, LeavesPkixUsagesOutD61A1A11) {
  EXPECT_REASON(Whole({RecordOf(1, 1, 1, Known().leaf), RecordOf(3, 1, 1, Known().leaf)}),
                kDaneEeMatched);
  EXPECT_REASON(Whole({RecordOf(1, 1, 1, Known().leaf), Wrong(3, 1, 1)}), kTlsaMismatch);
  EXPECT_REASON(Whole({RecordOf(0, 0, 1, Known().root), Wrong(3, 1, 1)}), kTlsaMismatch);
}

TEST(VerifyDane, NamesTheFirstReferenceIdentifierThatIsPresentedD63D64D66) {
  const std::vector<std::string> references = {"mx1.test", "d.test", "e.test"};
  for (const std::string& name : references) {
    TestHandshake handshake = WithLeaf(LeafSpec(name));
    handshake.reference_identifiers = references;
    const HandshakeVerdict verdict = Verify(handshake);
    EXPECT_TRUE(IsPass(verdict)) << name;
    EXPECT_EQ(verdict.matched_name, name);
  }
}

TEST(VerifyDane, OfAnInsecureMxTheNextHopIsNoReferenceIdentifierD65) {
  TestHandshake handshake = WithLeaf(LeafSpec("d.test"));
  handshake.reference_identifiers = {"mx1.test"};
  EXPECT_REASON(handshake, kNameMismatch);
}

TEST(VerifyDane, MatchesTheNamesOfTheRfcsExampleD67) {
  const std::vector<std::vector<std::string>> hosts = {
      {"mx10.example.com", "exchange.example.org", "example.com"},
      {"mx15.example.com", "exchange.example.org", "example.com"},
      {"mxbackup.example.net", "exchange.example.org", "example.com"},
  };
  const std::vector<std::string> presented = {
      "mx10.example.com", "mx15.example.com",     "mxbackup.example.net", "mxbackup.example.com",
      "mx20.example.com", "exchange.example.org", "example.com"};
  for (const std::vector<std::string>& references : hosts) {
    for (const std::string& name : presented) {
      TestHandshake handshake = WithLeaf(LeafSpec(name));
      handshake.reference_identifiers = references;
      const bool is_one = std::find(references.begin(), references.end(), name) != references.end();
      EXPECT_EQ(IsPass(Verify(handshake)), is_one) << name << " for " << references[0];
    }
  }
}

TEST(VerifyDane, LooksAtTheCommonNameOnlyWithoutDnsIdsD68) {
  CertificateSpec spec = LeafSpec("x.test");
  spec.common_names = {"mx1.test"};
  EXPECT_REASON(WithLeaf(spec), kNameMismatch);
  spec.dns_names.clear();
  spec.ip_addresses = {std::string("\xc0\x00\x02\x01", 4)};
  EXPECT_REASON(WithLeaf(spec), kDaneTaMatched);
}

TEST(VerifyDane, HoldsACommonNameToTheNameConstraintsD58D68) {
  CertificateSpec constrained = CaSpec("root", EcKey(1));
  constrained.name_constraints = "permitted;DNS:other.test";
  const TestCertificate root = Build(constrained);
  CertificateSpec spec = LeafSpec("");
  spec.dns_names.clear();
  const auto handshake = [&](const std::string& common_name) {
    spec.common_names = {common_name};
    return With({Build(spec, &root), root}, {RecordOf(2, 0, 1, root)});
  };
  EXPECT_REASON(handshake("mx1.test"), kChainInvalid);
  EXPECT_REASON(handshake("*.test"), kNameMismatch);
  TestHandshake inside = handshake("mx1.other.test");
  inside.reference_identifiers = {"mx1.other.test"};
  EXPECT_REASON(inside, kDaneTaMatched);
  spec.dns_names = {"*.other.test"};
  inside.certificates[0] = Build(spec, &root).der;
  EXPECT_REASON(inside, kDaneTaMatched);
}

TEST(VerifyDane, TakesAWildcardForOneLabelD69) {
  EXPECT_REASON(WithLeaf(LeafSpec("*.test")), kDaneTaMatched);
  EXPECT_REASON(WithLeaf(LeafSpec("mx*.test")), kNameMismatch);
  TestHandshake handshake = WithLeaf(LeafSpec("*.test"));
  handshake.reference_identifiers = {"a.b.test"};
  EXPECT_REASON(handshake, kNameMismatch);
}

TEST(VerifyDane, MatchesARawPublicKeyBySpkiOfDaneEeAloneA4A5) {
  TestHandshake handshake;
  handshake.raw_public_key = Known().leaf.public_key_info;
  for (int matching_type : {0, 1, 2}) {
    handshake.records = {RecordOf(3, 1, matching_type, Known().leaf)};
    EXPECT_REASON(handshake, kDaneEeMatched);
    handshake.records = {RecordOf(3, 0, matching_type, Known().leaf)};
    EXPECT_REASON(handshake, kTlsaMismatch);
    handshake.records = {RecordOf(2, 1, matching_type, Known().leaf)};
    EXPECT_REASON(handshake, kTlsaMismatch);
    handshake.records = {Wrong(3, 1, matching_type)};
    EXPECT_REASON(handshake, kTlsaMismatch);
  }
  handshake.raw_public_key += "x";
  EXPECT_REASON(handshake, kCertificateMalformed);
}

TEST(VerifyDane, TakesTheAnchorFromTheRecordA9) {
  const HandshakeVerdict verdict =
      Verify(With({Known().leaf, Known().intermediate}, {RecordOf(2, 0, 0, Known().root)}));
  EXPECT_TRUE(IsPass(verdict)) << verdict.detail;
  EXPECT_EQ(verdict.matched_depth, 2u);
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &Known().root);
  EXPECT_REASON(With({leaf}, {RecordOf(2, 0, 0, Known().root)}), kDaneTaMatched);
  EXPECT_REASON(With({leaf}, {Wrong(2, 0, 0)}), kTlsaMismatch);
}

TEST(VerifyDane, TakesTheSignerFromTheRecordA10) {
  const HandshakeVerdict verdict =
      Verify(With({Known().leaf, Known().intermediate}, {RecordOf(2, 1, 0, Known().root)}));
  EXPECT_TRUE(IsPass(verdict)) << verdict.detail;
  EXPECT_EQ(verdict.matched_depth, 2u);
  CertificateSpec spec = LeafSpec("mx1.test");
  const auto with = [&spec](const TlsaRecord& record) {
    return With({Build(spec, &Known().root)}, {record});
  };
  EXPECT_REASON(with(RecordOf(2, 1, 0, Known().root)), kDaneTaMatched);
  EXPECT_REASON(with(Wrong(2, 1, 0)), kTlsaMismatch);
  spec.not_after = TestNow();
  EXPECT_REASON(with(RecordOf(2, 1, 0, Known().root)), kCertificateExpired);
  spec = LeafSpec("mx2.test");
  EXPECT_REASON(with(RecordOf(2, 1, 0, Known().root)), kNameMismatch);
  spec = LeafSpec("mx1.test");
  spec.digest = EVP_sha1();
  EXPECT_REASON(with(RecordOf(2, 1, 0, Known().root)), kTlsaMismatch);
}

TEST(VerifyDane, NeedsABareKeyToBeStrong) {
  const TestCertificate weak = Build(CaSpec("weak", RsaKey(1024)));
  EXPECT_REASON(With({Build(LeafSpec("mx1.test"), &weak)}, {RecordOf(2, 1, 0, weak)}),
                kTlsaMismatch);
}

TEST(VerifyDane, TriesAFewBareKeys) {
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &Known().root);
  std::vector<TlsaRecord> records;
  for (int i = 1; i < kMaxBareKeys; ++i) {
    records.push_back(RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKey(20 + i))));
  }
  records.push_back(RecordOf(2, 1, 0, Known().root));
  EXPECT_REASON(With({leaf}, records), kDaneTaMatched);
  records.insert(records.begin(), RawRecord(2, 1, 0, PublicKeyInfoOf(*EcKey(20))));
  EXPECT_REASON(With({leaf}, records), kTlsaMismatch);
}

TEST(VerifyDane, TakesTheServersOwnCertificateForNoAnchor) {
  const TestCertificate self_signed = Build(LeafSpec("mx1.test"));
  const TestCertificate issued = Build(LeafSpec("mx1.test"), &Known().root);
  for (const TestCertificate& leaf : {self_signed, issued}) {
    for (int matching_type : {0, 1, 2}) {
      for (const std::vector<TestCertificate>& chain :
           {std::vector<TestCertificate>{leaf}, std::vector<TestCertificate>{leaf, leaf}}) {
        EXPECT_REASON(With(chain, {RecordOf(2, 0, matching_type, leaf)}), kTlsaMismatch);
      }
    }
  }
}

TEST(VerifyDane, DropsAMalformedRecordBeforeItComparesA14) {
  EXPECT_REASON(Whole({RawRecord(3, 1, 2, std::string(63, 'x')), RecordOf(3, 1, 1, Known().leaf)}),
                kDaneEeMatched);
}

TEST(VerifyDane, LooksAtTheStrongestDigestAloneA15D70) {
  EXPECT_REASON(Whole({Wrong(3, 1, 2), RecordOf(3, 1, 1, Known().leaf)}), kTlsaMismatch);
  EXPECT_REASON(Whole({RecordOf(3, 1, 2, Known().leaf), Wrong(3, 1, 1)}), kDaneEeMatched);
  EXPECT_REASON(Whole({Wrong(2, 0, 2), RecordOf(2, 0, 1, Known().root)}), kTlsaMismatch);
}

TEST(VerifyDane, NeverDropsFullA16) {
  EXPECT_REASON(Whole({RecordOf(3, 1, 0, Known().leaf), Wrong(3, 1, 2), Wrong(3, 1, 1)}),
                kDaneEeMatched);
  EXPECT_REASON(Whole({RecordOf(2, 1, 0, Known().root), Wrong(2, 1, 2)}), kDaneTaMatched);
}

TEST(VerifyDane, ChoosesTheDigestOfEachUsageAndSelectorByItselfA17) {
  EXPECT_REASON(Whole({Wrong(3, 0, 2), RecordOf(3, 1, 1, Known().leaf)}), kDaneEeMatched);
  EXPECT_REASON(Whole({Wrong(2, 0, 2), RecordOf(3, 1, 1, Known().leaf)}), kDaneEeMatched);
  EXPECT_REASON(Whole({Wrong(3, 1, 2), RecordOf(2, 0, 1, Known().root)}), kDaneTaMatched);
}

TEST(VerifyDane, ObeysTheOrderOfDigestsA18T7) {
  TestHandshake handshake = Whole({Wrong(3, 1, 2), RecordOf(3, 1, 1, Known().leaf)});
  handshake.digests = *ParseDigestOrder("sha256,sha512");
  EXPECT_REASON(handshake, kDaneEeMatched);
  handshake.digests = *ParseDigestOrder("sha256");
  EXPECT_REASON(handshake, kDaneEeMatched);
}

TEST(VerifyDane, LooksForDaneEeBeforeDaneTa) {
  const HandshakeVerdict verdict =
      Verify(Whole({RecordOf(2, 0, 1, Known().root), RecordOf(3, 1, 1, Known().leaf)}));
  EXPECT_EQ(verdict.reason, Reason::kDaneEeMatched);
  EXPECT_EQ(verdict.matched_depth, 0u);
  EXPECT_EQ(verdict.matched_name, "");
}

TEST(VerifyDane, NeedsACertificate) {
  EXPECT_REASON(With({}, {RecordOf(3, 1, 1, Known().leaf)}), kNoCertificate);
  TestHandshake handshake = Whole({Wrong(3, 1, 1), RecordOf(2, 0, 1, Known().root)});
  handshake.certificates[0] += "x";
  EXPECT_REASON(handshake, kCertificateMalformed);
  handshake = Whole({RecordOf(2, 0, 1, Known().root)});
  handshake.certificates[1] = "x";
  EXPECT_REASON(handshake, kCertificateMalformed);
}

TEST(VerifyDane, PrefersAnAnchorThatIsValidNow) {
  CertificateSpec expired = CaSpec("root", EcKey(1));
  expired.not_after = TestNow();
  const TestCertificate old_root = Build(expired);
  const std::vector<TestCertificate> chain = {Known().leaf, Known().intermediate, old_root,
                                              Known().root};
  EXPECT_REASON(With(chain, {RecordOf(2, 1, 1, old_root)}), kDaneTaMatched);
  // The other is no anchor, and the way leads further.
  const TestCertificate cross = Build(CaSpec("root", EcKey(1)), &Known().other);
  EXPECT_REASON(With({Known().leaf, Known().intermediate, old_root, cross, Known().other},
                     {RecordOf(2, 0, 1, old_root), RecordOf(2, 0, 1, Known().other)}),
                kDaneTaMatched);
  EXPECT_REASON(With({Known().leaf, Known().intermediate, old_root}, {RecordOf(2, 0, 1, old_root)}),
                kCertificateExpired);
}

TEST(VerifyDane, ReadsAFewAnchorsFromTheRecords) {
  const TestCertificate leaf = Build(LeafSpec("mx1.test"), &Known().root);
  std::vector<TlsaRecord> records;
  for (int i = 0; i < 40; ++i) {
    records.push_back(RecordOf(2, 0, 0, Build(CaSpec(absl::StrCat("other", i), EcKey(3)))));
  }
  records.push_back(RecordOf(2, 0, 0, Known().root));
  EXPECT_REASON(With({leaf}, records), kDaneTaMatched) << "other names do not count A-19";
  records.clear();
  for (int i = 0; i < kMaxRecordAnchors; ++i) {
    CertificateSpec spec = CaSpec("root", EcKey(3));
    spec.serial = 100 + i;
    records.push_back(RecordOf(2, 0, 0, Build(spec)));
  }
  records.push_back(RecordOf(2, 0, 0, Known().root));
  EXPECT_REASON(With({leaf}, records), kTlsaMismatch);
}

TEST(VerifyDane, FindsTheSignerAmongAnchorsOfOneName) {
  // A root that was given a new key: two anchors by name, told apart by key identifier.
  const TestCertificate renewed = Build(CaSpec("root", EcKey(8)));
  for (const std::vector<TlsaRecord>& records :
       {std::vector<TlsaRecord>{RecordOf(2, 0, 0, renewed), RecordOf(2, 0, 0, Known().root)},
        std::vector<TlsaRecord>{RecordOf(2, 0, 0, Known().root), RecordOf(2, 0, 0, renewed)}}) {
    const HandshakeVerdict verdict = Verify(With({Known().leaf, Known().intermediate}, records));
    EXPECT_TRUE(IsPass(verdict)) << verdict.detail;
    EXPECT_EQ(*verdict.matched_record, RecordOf(2, 0, 0, Known().root));
  }
}

}  // namespace
}  // namespace postern
