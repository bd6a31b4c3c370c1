#include "client/posternctl/certificate.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ParseCertificates, TellsWhatEachSaysOfItself) {
  const TestCertificate authority = Issue({"Authority", "", /*authority=*/true});
  const TestCertificate leaf =
      Issue({"mx.test", "DNS:*.w.test,IP:192.0.2.1,DNS:mx.test"}, &authority);
  const auto certificates =
      ParseCertificates("a remark\n" + leaf.KeyPem() + leaf.Pem() + authority.Pem());
  ASSERT_TRUE(certificates.ok()) << certificates.status();
  ASSERT_THAT(*certificates, SizeIs(2));
  const Certificate& first = certificates->at(0);
  EXPECT_EQ(first.subject, "CN=mx.test");
  EXPECT_THAT(first.names, ElementsAre("*.w.test", "mx.test"));
  EXPECT_FALSE(first.authority);
  EXPECT_EQ(first.not_after - first.not_before, absl::Hours(48));
  EXPECT_EQ(PublicKeyOf(first.der), first.public_key);
  EXPECT_TRUE(certificates->at(1).authority);
  EXPECT_THAT(certificates->at(1).names, ElementsAre("Authority"));
  EXPECT_TRUE(IsSignedBy(first, certificates->at(1).public_key));
  EXPECT_FALSE(IsSignedBy(first, first.public_key));
}

TEST(PresentsName, TakesDnsIdsElseTheCommonNameD68D69) {
  const struct {
    const char* common_name;
    const char* alternative_names;
    const char* name;
    bool presented;
  } kCases[] = {
      {"other", "DNS:x.test,DNS:mx1.test", "MX1.test", true},
      {"mx1.test", "DNS:x.test", "mx1.test", false},
      {"mx1.test", "IP:192.0.2.1", "mx1.test", true},
      {"mx1.test", "", "mx1.test", true},
      {"other", "DNS:*.test", "mx1.test", true},
      {"other", "DNS:*.test", "a.b.test", false},
      {"other", "DNS:*.test", ".test", false},
      {"other", "DNS:*.test", "test", false},
      {"other", "DNS:mx*.test", "mx1.test", false},
  };
  for (const auto& test : kCases) {
    const auto certificates =
        ParseCertificates(Issue({test.common_name, test.alternative_names}).Pem());
    ASSERT_TRUE(certificates.ok());
    EXPECT_EQ(PresentsName(certificates->front(), test.name), test.presented)
        << test.alternative_names << " " << test.name;
  }
}

TEST(ParseCertificates, WritesNamesInAscii) {
  const auto certificates = ParseCertificates(Issue({"\xc3\xa9\x1b[2J"}).Pem());
  ASSERT_TRUE(certificates.ok());
  EXPECT_EQ(certificates->at(0).subject, "CN=\\C3\\A9\\1B[2J");
}

TEST(ParseCertificates, SaysWhyThereIsNone) {
  const std::string pem = Issue({}).Pem();
  std::string damaged = pem;
  damaged.replace(damaged.find("MII"), 3, "AAA");
  std::string many;
  for (size_t i = 0; i <= kMaxCertificates; ++i) many += pem;
  std::string names = "DNS:a.test";
  for (size_t i = 0; i < kMaxCertificateBytes / 8; ++i) names += ",DNS:a.test";
  const struct {
    std::string text;
    const char* why;
  } kCases[] = {
      {"", "holds no PEM certificate"},
      {"\x30\x82", "openssl x509 -inform DER"},
      {pem.substr(0, pem.size() / 2), "damaged: certificate 0"},
      {pem + damaged, "damaged: certificate 1"},
      {many, "more than 16 certificates"},
      {Issue({"mx.test", names}).Pem(), "more than 65536 bytes"},
  };
  for (const auto& test : kCases) {
    const auto certificates = ParseCertificates(test.text);
    ASSERT_FALSE(certificates.ok()) << test.why;
    EXPECT_THAT(std::string(certificates.status().message()), HasSubstr(test.why));
  }
}

TEST(PublicKeyOf, IsEmptyForWhatIsNoCertificate) {
  const auto certificates = ParseCertificates(Issue({}).Pem());
  ASSERT_TRUE(certificates.ok());
  const std::string& der = certificates->at(0).der;
  EXPECT_THAT(PublicKeyOf(""), IsEmpty());
  EXPECT_THAT(PublicKeyOf(der + "x"), IsEmpty());
  EXPECT_THAT(PublicKeyOf(der.substr(1)), IsEmpty());
  EXPECT_FALSE(IsSignedBy(certificates->at(0), ""));
  EXPECT_FALSE(IsSignedBy(certificates->at(0), "no key"));
}

}  // namespace
}  // namespace postern::posternctl
