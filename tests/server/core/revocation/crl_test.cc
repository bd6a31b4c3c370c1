#include "server/core/revocation/crl.h"

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

const TestCertificate& Root() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

Crl Read(const std::string& der, const TestCertificate& issuer = Root(),
         SignaturePolicy policy = {}) {
  return ReadCrl(der, ParseIssuer(issuer.der).value(), policy);
}

Crl ReadWith(const std::function<void(CrlSpec&)>& change, SignaturePolicy policy = {}) {
  CrlSpec spec;
  spec.entries = {CrlEntry(5)};
  change(spec);
  return Read(BuildCrl(spec, Root()), Root(), policy);
}

TEST(ReadCrl, ReadsAWholeCrl) {
  const Crl crl = ReadWith([](CrlSpec& spec) {
    spec.point_urls = {"http://crl.test/a.crl"};
    spec.entries[0].reason = 1;
  });
  ASSERT_EQ(crl.defect, CrlReason::kNone);
  EXPECT_EQ(crl.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(crl.next_update, TestNow() + absl::Hours(24));
  EXPECT_EQ(crl.issuer_key, Root().public_key_info);
  EXPECT_TRUE(crl.scope.has_point);
  EXPECT_EQ(crl.serials.size(), 1u);
  EXPECT_EQ(crl.serials.Find("\x05")->reason, RevocationReason::kKeyCompromise);
}

TEST(ReadCrl, ReadsBothVersionsAndOneWithoutEntriesC4) {
  EXPECT_EQ(ReadWith([](CrlSpec& spec) {
              spec.version = std::nullopt;
              spec.number.clear();
            }).defect,
            CrlReason::kNone);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) { spec.entries.clear(); }).defect, CrlReason::kNone);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) {
              spec.entries.clear();
              spec.has_empty_list = true;
            }).defect,
            CrlReason::kNone);
}

TEST(ReadCrl, ReadsTimesOfBothKindsC8) {
  const Crl crl = ReadWith([](CrlSpec& spec) {
    spec.raw_this_update = Der(kDerGeneralizedTime, "20251231230000Z");
    spec.next_update = absl::FromCivil(absl::CivilDay(2060, 1, 1), absl::UTCTimeZone());
  });
  ASSERT_EQ(crl.defect, CrlReason::kNone);
  EXPECT_EQ(crl.this_update, TestNow() - absl::Hours(1));
  EXPECT_EQ(crl.next_update, absl::FromCivil(absl::CivilDay(2060, 1, 1), absl::UTCTimeZone()));
}

TEST(ReadCrl, RefusesWhatIsNotOneCrlInDerC1C3C4C8) {
  const struct {
    const char* what;
    std::function<void(CrlSpec&)> change;
  } kCases[] = {
      {"version 1 written out", [](CrlSpec& spec) { spec.version = 0; }},
      {"version 3", [](CrlSpec& spec) { spec.version = 2; }},
      {"extensions in version 1", [](CrlSpec& spec) { spec.version = std::nullopt; }},
      {"bytes after it", [](CrlSpec& spec) { spec.after = std::string(1, '\0'); }},
      {"a second one", [](CrlSpec& spec) { spec.after = Der(kDerSequence, ""); }},
      {"a field after the signature", [](CrlSpec& spec) { spec.after_fields = Der(kDerNull, ""); }},
      {"a field after the extensions",
       [](CrlSpec& spec) { spec.after_tbs_fields = Der(kDerNull, ""); }},
      {"unused bits", [](CrlSpec& spec) { spec.unused_bits = 1; }},
      {"another algorithm inside",
       [](CrlSpec& spec) {
         spec.raw_inner_algorithm = Der(kDerSequence, DerOid("ecdsa-with-SHA512"));
       }},
      {"a fraction",
       [](CrlSpec& spec) { spec.raw_next_update = Der(kDerGeneralizedTime, "20260102000000.5Z"); }},
      {"an offset",
       [](CrlSpec& spec) { spec.raw_next_update = Der(kDerUtcTime, "260102000000+0100"); }},
      {"no seconds", [](CrlSpec& spec) { spec.raw_this_update = Der(kDerUtcTime, "2512312300Z"); }},
      {"no thisUpdate", [](CrlSpec& spec) { spec.raw_this_update = Der(kDerNull, ""); }},
      {"an entry", [](CrlSpec& spec) { spec.entries[0].serial.clear(); }},
      {"bytes after the entries", [](CrlSpec& spec) { spec.after_entries = "x"; }},
  };
  for (const auto& test : kCases) {
    const Crl crl = ReadWith(test.change);
    EXPECT_EQ(crl.defect, CrlReason::kMalformed) << test.what;
    EXPECT_EQ(crl.serials.size(), 0u) << test.what;
  }
  EXPECT_EQ(Read("").defect, CrlReason::kMalformed);
  EXPECT_EQ(Read(Root().der).defect, CrlReason::kMalformed);
}

TEST(ReadCrl, RefusesEveryCutC3) {
  CrlSpec spec;
  spec.entries = {CrlEntry(5)};
  const std::string der = BuildCrl(spec, Root());
  for (size_t length = 0; length < der.size(); ++length) {
    EXPECT_EQ(Read(der.substr(0, length)).defect, CrlReason::kMalformed) << length;
  }
}

TEST(ReadCrl, VerifiesTheBytesAsTheyWereSignedC2) {
  CrlSpec spec;
  spec.entries = {CrlEntry(5)};
  const std::string der = BuildCrl(spec, Root());
  for (size_t i = 0; i < der.size(); ++i) {
    std::string changed = der;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(Read(changed).defect, CrlReason::kNone) << i;
  }
  EXPECT_EQ(ReadWith([](CrlSpec& s) { s.has_wrong_signature = true; }).defect,
            CrlReason::kSignature);
  EXPECT_EQ(ReadWith([](CrlSpec& s) { s.key = EcKey(2); }).defect, CrlReason::kSignature);
}

TEST(ReadCrl, LooksAtNoEntryBeforeTheSignatureC22) {
  EXPECT_EQ(ReadWith([](CrlSpec& spec) {
              spec.after_entries = "x";
              spec.has_wrong_signature = true;
            }).defect,
            CrlReason::kSignature);
}

TEST(ReadCrl, NeedsTheIssuersNameC5) {
  const TestCertificate other = Build(CaSpec("other", EcKey(1)));
  CrlSpec spec;
  EXPECT_EQ(Read(BuildCrl(spec, Root()), other).defect, CrlReason::kWrongIssuer);
  EXPECT_EQ(Read(BuildCrl(spec, Build(CaSpec("ROOT", EcKey(1))))).defect, CrlReason::kNone)
      << "names are the same in either case";
}

TEST(ReadCrl, NeedsCrlSignWhereTheIssuerHasKeyUsageC6) {
  CertificateSpec issuer = CaSpec("root", EcKey(1));
  const auto defect = [&issuer](const std::string& usage) {
    issuer.key_usage = usage;
    const TestCertificate built = Build(issuer);
    return Read(BuildCrl({}, built), built).defect;
  };
  EXPECT_EQ(defect("critical,keyCertSign"), CrlReason::kKeyUsage);
  EXPECT_EQ(defect("cRLSign"), CrlReason::kNone);
  EXPECT_EQ(defect(""), CrlReason::kNone);
}

TEST(ReadCrl, RefusesWeakSignaturesC7) {
  const auto with = [](const EVP_MD* digest) {
    return [digest](CrlSpec& spec) { spec.digest = digest; };
  };
  EXPECT_EQ(ReadWith(with(EVP_sha1())).defect, CrlReason::kWeakSignature);
  EXPECT_EQ(ReadWith(with(EVP_sha1()), {/*allow_sha1=*/true}).defect, CrlReason::kNone);
  EXPECT_EQ(ReadWith(with(EVP_sha384())).defect, CrlReason::kNone);
  CertificateSpec spec = CaSpec("root", RsaKey(2048));
  const TestCertificate rsa = Build(spec);
  CrlSpec md5;
  md5.digest = EVP_md5();
  EXPECT_EQ(Read(BuildCrl(md5, rsa), rsa, {/*allow_sha1=*/true}).defect, CrlReason::kWeakSignature);
  EXPECT_EQ(Read(BuildCrl({}, rsa), rsa).defect, CrlReason::kNone);
  spec.key = RsaKey(1024);
  const TestCertificate weak = Build(spec);
  EXPECT_EQ(Read(BuildCrl({}, weak), weak).defect, CrlReason::kWeakSignature);
}

TEST(ReadCrl, TakesEverySigningKey) {
  for (EVP_PKEY* key : {EcKeyOf("P-384"), EcKeyOf("P-521"), Ed25519Key()}) {
    CertificateSpec spec = CaSpec("root", key);
    CrlSpec crl;
    if (key == Ed25519Key()) spec.digest = crl.digest = nullptr;
    const TestCertificate issuer = Build(spec);
    EXPECT_EQ(Read(BuildCrl(crl, issuer), issuer).defect, CrlReason::kNone);
  }
  const TestCertificate other = Build(CaSpec("root", EcKeyOf("brainpoolP256r1")));
  EXPECT_EQ(ReadCrl(BuildCrl({}, other), ParseCertificate(other.der).value()).defect,
            CrlReason::kUnknownAlgorithm);
}

TEST(ReadCrl, RefusesWhatIsOfNoUseForAnyCertificateC12C13C16C18) {
  EXPECT_EQ(ReadWith([](CrlSpec& spec) { spec.delta_base = 1; }).defect, CrlReason::kDelta);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) { spec.indirect = true; }).defect, CrlReason::kIndirect);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) { spec.some_reasons = true; }).defect,
            CrlReason::kSomeReasons);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) {
              spec.raw_extensions = {DerExtension("1.2.3", true, "x")};
            }).defect,
            CrlReason::kCriticalExtension);
  EXPECT_EQ(ReadWith([](CrlSpec& spec) {
              spec.entries[0].raw_extensions = {DerExtension("1.2.3", true, "x")};
            }).defect,
            CrlReason::kCriticalExtension);
}

TEST(ReadCrl, BoundsTheBytesC22) {
  EXPECT_EQ(Read(std::string(kMaxCrlBytes + 1, 'x')).defect, CrlReason::kTooLarge);
}

}  // namespace
}  // namespace postern
