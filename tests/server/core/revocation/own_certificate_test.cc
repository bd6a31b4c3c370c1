#include "server/core/revocation/own_certificate.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/pem.h"

namespace postern {
namespace {

using Source = OwnCertificate::Source;

struct Authority {
  TestCertificate root = Build(CaSpec("root", EcKey(1)));
  TestCertificate other = Build(CaSpec("root", EcKey(2)));  // the name alone is the same

  static CertificateSpec Leaf() {
    CertificateSpec spec = LeafSpec("mx1.test");
    spec.dns_names = {"mx1.test", "*.Example.test", "bad name"};
    return spec;
  }
  static CertificateSpec WithOcsp() {
    CertificateSpec spec = Leaf();
    spec.authority_access = "OCSP;URI:http://a.test/,OCSP;URI:http://b.test/";
    spec.crl_points = "URI:http://crl.test/a.crl";
    return spec;
  }

  absl::StatusOr<OwnCertificate> Read(const CertificateSpec& spec, const TestCertificate& issuer,
                                      absl::string_view responder = "") const {
    const std::string chain = PemOf(Build(spec, &root).der) + PemOf(issuer.der);
    OwnCertificateText text;
    text.chain = chain;
    text.responder = responder;
    return ReadOwnCertificate(text);
  }
};

TEST(ReadOwnCertificate, TakesTheRespondersInTheirOrderBeforeCrlsO14) {
  const Authority authority;
  const auto own = authority.Read(Authority::WithOcsp(), authority.root);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->source, Source::kOcsp);
  EXPECT_EQ(own->responders, (std::vector<std::string>{"http://a.test/", "http://b.test/"}));
  EXPECT_EQ(own->sha256.size(), 32U);
  EXPECT_EQ(own->dns_names, (std::vector<std::string>{"mx1.test", "*.example.test"}));
  EXPECT_EQ(own->not_after, TestNow() + absl::Hours(24));
  EXPECT_FALSE(own->must_staple);
}

TEST(ReadOwnCertificate, TakesTheCrlWhereThereIsNoResponder) {
  const Authority authority;
  CertificateSpec spec = Authority::WithOcsp();
  spec.authority_access = "";
  const auto own = authority.Read(spec, authority.root);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->source, Source::kCrl);
  EXPECT_EQ(own->crl_urls, std::vector<std::string>{"http://crl.test/a.crl"});
}

TEST(ReadOwnCertificate, NeedsNoIssuerWhereThereIsNothingToAskO14) {
  OwnCertificateText text;
  const std::string chain = PemOf(Build(Authority::Leaf()).der);
  text.chain = chain;
  const auto own = ReadOwnCertificate(text);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->source, Source::kNone);
}

TEST(ReadOwnCertificate, TakesTheOperatorsResponderInPlaceOfTheCertificates) {
  const Authority authority;
  const auto own = authority.Read(Authority::WithOcsp(), authority.root, "http://own.test/");
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->responders, std::vector<std::string>{"http://own.test/"});
}

TEST(ReadOwnCertificate, RefusesAnIssuerThatDidNotSignO15) {
  const Authority authority;
  const auto own = authority.Read(Authority::WithOcsp(), authority.other);
  EXPECT_TRUE(absl::StrContains(own.status().message(), "issuer_file")) << own.status();
}

TEST(ReadOwnCertificate, FindsTheIssuerInAFileOfItsOwn) {
  const Authority authority;
  OwnCertificateText text;
  const std::string chain = PemOf(Build(Authority::WithOcsp(), &authority.root).der);
  text.chain = chain;
  EXPECT_FALSE(ReadOwnCertificate(text).ok());
  const std::string issuers = PemOf(authority.other.der) + PemOf(authority.root.der);
  text.issuer = issuers;
  const auto own = ReadOwnCertificate(text);
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->issuer->der, authority.root.der);
}

TEST(ReadOwnCertificate, RefusesWhatIsNoCertificate) {
  for (const std::string& chain : {std::string(), PemOf("text"), PemOf("key", "PRIVATE KEY")}) {
    OwnCertificateText text;
    text.chain = chain;
    EXPECT_FALSE(ReadOwnCertificate(text).ok()) << chain;
  }
}

TEST(ReadOwnCertificate, NotesMustStaple) {
  const Authority authority;
  CertificateSpec spec = Authority::WithOcsp();
  spec.must_staple = true;
  EXPECT_TRUE(authority.Read(spec, authority.root)->must_staple);
}

}  // namespace
}  // namespace postern
