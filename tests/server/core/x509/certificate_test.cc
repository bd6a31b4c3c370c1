#include "server/core/x509/certificate.h"

#include <openssl/asn1.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/x509/openssl_types.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

TEST(ParseCertificate, ReadsACertificateInBothReadings) {
  const TestCertificate built = Build(LeafSpec("mx1.test"));
  const absl::StatusOr<Certificate> certificate = ParseCertificate(built.der);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->outline.public_key_info, built.public_key_info);
  EXPECT_EQ(certificate->counts.names, 1u);
  EXPECT_EQ(ToTime(*X509_get0_notAfter(certificate->x509.get())), TestNow() + absl::Hours(24));
}

TEST(ParseCertificate, RefusesWhatOnlyHasTheOutline) {
  std::string der = Build(CertificateSpec()).der;
  // The object identifier of the issuer's common name becomes an integer.
  const size_t name = der.find("\x06\x03\x55\x04\x03");
  ASSERT_NE(name, std::string::npos);
  der[name] = 0x02;
  ASSERT_TRUE(ReadOutline(der).ok());
  EXPECT_FALSE(ParseCertificate(der).ok());
}

TEST(ParseCertificate, RefusesBytesAfterTheCertificate) {
  EXPECT_FALSE(ParseCertificate(Build(CertificateSpec()).der + "x").ok());
}

TEST(ParseCertificate, ReadsNoKeyThatBringsItsOwnCurve) {
  const UniqueKey key(EVP_EC_gen("P-256"));
  CertificateSpec spec = LeafSpec("mx1.test", key.get());
  EXPECT_TRUE(ParseCertificate(Build(spec).der).ok());
  ASSERT_EQ(EVP_PKEY_set_utf8_string_param(key.get(), OSSL_PKEY_PARAM_EC_ENCODING, "explicit"), 1);
  const absl::Status status = ParseCertificate(Build(spec).der).status();
  EXPECT_EQ(status.message(), "a key whose elliptic curve has no name");
}

TEST(ParseIssuer, LooksAtTheKey) {
  CertificateSpec spec = CaSpec("root", EcKeyOf("brainpoolP256r1"));
  EXPECT_TRUE(ParseCertificate(Build(spec).der).ok());
  EXPECT_FALSE(ParseIssuer(Build(spec).der).ok());
  spec.key = EcKey(0);
  EXPECT_TRUE(ParseIssuer(Build(spec).der).ok());
}

TEST(ParseSigningKey, ReadsAKeyAndNothingElse) {
  const std::string key = PublicKeyInfoOf(*EcKey(0));
  EXPECT_TRUE(ParseSigningKey(key).ok());
  EXPECT_FALSE(ParseSigningKey(key + "x").ok());
  EXPECT_FALSE(ParseSigningKey(PublicKeyInfoOf(*EcKeyOf("sect571k1"))).ok());
  std::string no_point = key;
  no_point.back() = static_cast<char>(no_point.back() ^ 1);
  EXPECT_FALSE(ParseSigningKey(no_point).ok());
}

TEST(IsValidAt, EndsAtTheEnd) {
  const std::string der = Build(CertificateSpec()).der;
  const Certificate certificate = ParseCertificate(der).value();
  const auto is_valid = [&certificate](absl::Duration after) {
    return IsValidAt(*certificate.x509, TestNow() + after);
  };
  EXPECT_FALSE(is_valid(-absl::Hours(24) - absl::Seconds(1)));
  EXPECT_TRUE(is_valid(-absl::Hours(24)));
  EXPECT_TRUE(is_valid(absl::Hours(24) - absl::Seconds(1)));
  EXPECT_FALSE(is_valid(absl::Hours(24)));
}

TEST(ToTime, IsTheInfinitePastForWhatIsNoTime) {
  const std::unique_ptr<ASN1_TIME, OpensslFree<ASN1_TIME_free>> time(ASN1_TIME_new());
  time->type = V_ASN1_UTCTIME;
  ASSERT_EQ(ASN1_STRING_set(time.get(), "no time", -1), 1);
  EXPECT_EQ(ToTime(*time), absl::InfinitePast());
}

}  // namespace
}  // namespace postern
