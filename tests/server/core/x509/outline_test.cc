#include "server/core/x509/outline.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

std::vector<std::string> Names(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(absl::StrCat("n", i));
  return names;
}

absl::StatusOr<NameCounts> Count(const CertificateSpec& spec) {
  const std::string der = Build(spec).der;
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  if (!outline.ok()) return outline.status();
  return CountNames(*outline);
}

std::string Tlv(char tag, const std::string& contents) {
  std::string length(1, static_cast<char>(contents.size()));
  if (contents.size() >= 0x80) {
    length = {'\x82', static_cast<char>(contents.size() >> 8),
              static_cast<char>(contents.size() & 0xff)};
  }
  return tag + length + contents;
}

TEST(ReadOutline, FindsTheKeyAsItWasSentT4) {
  for (EVP_PKEY* key : {EcKey(0), RsaKey(2048), Ed25519Key()}) {
    CertificateSpec spec;
    spec.key = key;
    if (key == Ed25519Key()) spec.digest = nullptr;
    const TestCertificate certificate = Build(spec);
    const absl::StatusOr<CertificateOutline> outline = ReadOutline(certificate.der);
    ASSERT_TRUE(outline.ok()) << outline.status();
    EXPECT_EQ(outline->public_key_info, certificate.public_key_info);
  }
}

TEST(ReadOutline, FindsWhatWasSigned) {
  CertificateSpec spec = LeafSpec("mx1.test");
  spec.serial = 300;
  const TestCertificate root = Build(CaSpec("root", EcKey(1)));
  const TestCertificate certificate = Build(spec, &root);
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(certificate.der);
  ASSERT_TRUE(outline.ok()) << outline.status();
  EXPECT_EQ(outline->serial, "\x01\x2c");
  EXPECT_EQ(outline->tbs.front(), '\x30');
  EXPECT_EQ(outline->tbs_algorithm, outline->algorithm);
  EXPECT_EQ(outline->algorithm, "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02");
  EXPECT_EQ(outline->signature.front(), '\0');
  EXPECT_TRUE(absl::EndsWith(certificate.der, outline->signature));
  EXPECT_EQ(outline->validity.size(), 2 * 15u);
  EXPECT_EQ(outline->issuer_name, ReadOutline(root.der)->subject_name);
  EXPECT_EQ(outline->issuer_name.substr(2), outline->issuer);
  EXPECT_EQ(outline->subject_name.substr(2), outline->subject);
}

TEST(KeyOctets, AreWhatTheKeyIdentifierIsOf) {
  const std::string info = PublicKeyInfoOf(*EcKey(0));
  EXPECT_EQ(KeyOctets(info).size(), 65u);
  EXPECT_EQ(KeyOctets(info).front(), '\x04');
  EXPECT_TRUE(absl::EndsWith(info, KeyOctets(info)));
  EXPECT_EQ(KeyOctets(info.substr(1)), "");
  EXPECT_EQ(KeyOctets(""), "");
}

TEST(ReadOutline, RefusesEveryCut) {
  const std::string der = Build(LeafSpec("mx1.test")).der;
  for (size_t length = 0; length < der.size(); ++length) {
    EXPECT_FALSE(ReadOutline(der.substr(0, length)).ok()) << length;
  }
}

TEST(ReadOutline, RefusesBytesAfterTheCertificate) {
  const std::string der = Build(LeafSpec("mx1.test")).der;
  EXPECT_FALSE(ReadOutline(der + '\0').ok());
  EXPECT_FALSE(ReadOutline(der + der).ok());
}

TEST(ReadOutline, NeedsTheFieldsInTheirOrder) {
  const std::string key = Build(CertificateSpec()).public_key_info;
  const std::string empty = Tlv(0x30, "");
  const std::string serial = Tlv(0x02, "\x01");
  const auto certificate = [&](const std::string& tbs) {
    return Tlv(0x30, Tlv(0x30, tbs) + empty + Tlv(0x03, std::string(1, '\0')));
  };
  const std::string good = serial + empty + empty + empty + empty + key;
  EXPECT_TRUE(ReadOutline(certificate(good)).ok());
  EXPECT_TRUE(ReadOutline(certificate(Tlv('\xa0', "\x02\x01\x02") + good)).ok());
  EXPECT_TRUE(ReadOutline(certificate(good + Tlv('\x81', "u") + Tlv('\x82', "u"))).ok());
  EXPECT_FALSE(ReadOutline(certificate(good + Tlv('\x82', "u") + Tlv('\x81', "u"))).ok());
  EXPECT_FALSE(ReadOutline(certificate(good + empty)).ok()) << "what is no field";
  EXPECT_FALSE(ReadOutline(certificate(serial + empty + empty + empty + key)).ok());
  EXPECT_FALSE(ReadOutline(certificate(serial + good)).ok());
  EXPECT_FALSE(ReadOutline(certificate(empty + good)).ok());
  EXPECT_FALSE(ReadOutline(certificate(good + key)).ok()) << "two keys";
}

TEST(ReadOutline, BoundsTheBytes) {
  CertificateSpec spec;
  spec.raw_extensions = {{"1.3.6.1.4.1.55555.2", std::string(kMaxCertificateBytes, 'x')}};
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(Build(spec).der);
  ASSERT_FALSE(outline.ok());
  EXPECT_TRUE(absl::StrContains(outline.status().message(), "32768 bytes")) << outline.status();
}

TEST(CountNames, CountsNamesAndConstraints) {
  CertificateSpec spec;
  spec.dns_names = {"a.test", "b.test"};
  spec.ip_addresses = {std::string("\xc0\x00\x02\x01", 4)};
  spec.name_constraints = "permitted;DNS:a,permitted;DNS:b,excluded;DNS:c";
  const absl::StatusOr<NameCounts> counts = Count(spec);
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->names, 3u);
  EXPECT_EQ(counts->constraints, 3u);
  EXPECT_EQ(Count(CertificateSpec())->names, 0u);
}

TEST(CountNames, BoundsTheAlternativeNames) {
  CertificateSpec spec;
  spec.dns_names = Names(kMaxSubjectAltNames);
  EXPECT_TRUE(Count(spec).ok());
  spec.dns_names = Names(kMaxSubjectAltNames + 1);
  const absl::StatusOr<NameCounts> counts = Count(spec);
  ASSERT_FALSE(counts.ok());
  EXPECT_TRUE(absl::StrContains(counts.status().message(), "alternative names"));
}

TEST(CountNames, CountsOtherNamesAsWhatTheyCost) {
  CertificateSpec spec;
  const std::string other = Tlv('\xa0', Tlv(0x06, "\x2a") + Tlv('\xa0', Tlv(0x0c, "a@b")));
  spec.raw_extensions = {{"2.5.29.17", Tlv(0x30, other + Tlv('\x82', "x") + other)}};
  EXPECT_EQ(Count(spec)->names, 129u);
}

TEST(CountNames, BoundsTheNameConstraints) {
  CertificateSpec spec;
  spec.name_constraints = "permitted;DNS:a";
  for (size_t i = 1; i < kMaxNameConstraints; ++i) {
    absl::StrAppend(&spec.name_constraints, ",excluded;DNS:x", i);
  }
  EXPECT_TRUE(Count(spec).ok());
  absl::StrAppend(&spec.name_constraints, ",excluded;DNS:y");
  EXPECT_FALSE(Count(spec).ok());
}

TEST(CountNames, BoundsTheExtensions) {
  CertificateSpec spec;
  spec.has_key_ids = false;
  for (size_t i = 0; i < kMaxExtensions; ++i) {
    spec.raw_extensions.emplace_back(absl::StrCat("1.3.6.1.4.1.55555.", i), "x");
  }
  EXPECT_TRUE(Count(spec).ok());
  spec.raw_extensions.emplace_back("1.3.6.1.4.1.55555.1000", "x");
  EXPECT_FALSE(Count(spec).ok());
}

TEST(CountNames, BoundsThePartsOfAName) {
  CertificateSpec spec;
  spec.common_names = Names(kMaxNameParts);
  EXPECT_TRUE(Count(spec).ok());
  spec.common_names = Names(kMaxNameParts + 1);
  EXPECT_FALSE(Count(spec).ok());
}

TEST(CountNames, BoundsThePartsThatStandInOneSet) {
  const auto count = [](size_t parts) {
    std::string set;
    for (size_t i = 0; i < parts; ++i) {
      set += Tlv(0x30, Tlv(0x06, "\x55\x04\x03") + Tlv(0x0c, "x"));
    }
    const std::string name = Tlv(0x31, set);
    CertificateOutline outline;
    outline.subject = name;
    return CountNames(outline).ok();
  };
  EXPECT_TRUE(count(kMaxNameParts));
  EXPECT_FALSE(count(kMaxNameParts + 1));
}

TEST(CountNames, RefusesNamesThatAreNoList) {
  CertificateSpec spec;
  spec.raw_extensions = {{"2.5.29.17", "x"}};
  EXPECT_FALSE(Count(spec).ok());
  spec.raw_extensions = {{"2.5.29.30", "x"}};
  EXPECT_FALSE(Count(spec).ok());
}

TEST(IsPublicKeyInfo, NeedsOneWholeObject) {
  const std::string key = PublicKeyInfoOf(*EcKey(0));
  EXPECT_TRUE(IsPublicKeyInfo(key));
  EXPECT_FALSE(IsPublicKeyInfo(key + "x"));
  EXPECT_FALSE(IsPublicKeyInfo(key.substr(0, key.size() - 1)));
  EXPECT_FALSE(IsPublicKeyInfo(""));
  EXPECT_FALSE(IsPublicKeyInfo(Build(CertificateSpec()).der));
}

TEST(CheckReadableKey, NeedsTheNameOfACurve) {
  for (EVP_PKEY* key : {EcKey(0), EcKeyOf("brainpoolP512r1"), RsaKey(2048), Ed25519Key()}) {
    EXPECT_TRUE(CheckReadableKey(PublicKeyInfoOf(*key)).ok());
  }
  const std::string ec = "\x2a\x86\x48\xce\x3d\x02\x01";
  const std::string sm2 = "\x2a\x81\x1c\xcf\x55\x01\x82\x2d";
  const std::string point = Tlv(0x03, std::string("\x00\x02x", 3));
  for (const std::string& id : {ec, sm2}) {
    const auto is_readable = [&](const std::string& parameters) {
      const std::string algorithm = Tlv(0x30, absl::StrCat(Tlv(0x06, id), parameters));
      return CheckReadableKey(Tlv(0x30, absl::StrCat(algorithm, point))).ok();
    };
    EXPECT_TRUE(is_readable(Tlv(0x06, std::string("\x2b\x81\x04\x00\x22", 5))));
    EXPECT_FALSE(is_readable(Tlv(0x30, "\x02\x01\x01")));
    EXPECT_FALSE(is_readable("x"));
  }
}

TEST(CheckSigningKey, TakesTheKeysThatSign) {
  for (EVP_PKEY* key : {EcKey(0), EcKeyOf("P-384"), EcKeyOf("P-521"), RsaKey(2048), Ed25519Key()}) {
    EXPECT_TRUE(CheckSigningKey(PublicKeyInfoOf(*key)).ok());
  }
  EXPECT_FALSE(CheckSigningKey(PublicKeyInfoOf(*EcKeyOf("brainpoolP512r1"))).ok());
  EXPECT_FALSE(CheckSigningKey(PublicKeyInfoOf(*EcKeyOf("sect571k1"))).ok());
}

std::string RsaInfo(const std::string& modulus, const std::string& exponent) {
  const std::string algorithm =
      Tlv(0x30, Tlv(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") + std::string("\x05\x00", 2));
  return Tlv(0x30, algorithm + Tlv(0x03, std::string(1, '\0') +
                                             Tlv(0x30, Tlv(0x02, modulus) + Tlv(0x02, exponent))));
}

TEST(CheckSigningKey, BoundsRsa) {
  const std::string most = std::string(1, '\0') + std::string(kMaxRsaBits / 8, '\xff');
  const std::string exponent("\x01\x00\x01", 3);
  EXPECT_TRUE(CheckSigningKey(RsaInfo(most, exponent)).ok());
  EXPECT_FALSE(CheckSigningKey(RsaInfo("\x01" + most.substr(1), exponent)).ok());
  EXPECT_TRUE(CheckSigningKey(RsaInfo(most, std::string("\x01\xff\xff\xff\xff", 5))).ok());
  EXPECT_FALSE(CheckSigningKey(RsaInfo(most, std::string("\x02\x00\x00\x00\x01", 5))).ok());
  EXPECT_FALSE(CheckSigningKey(RsaInfo(most, "").substr(0, 40)).ok());
}

}  // namespace
}  // namespace postern
