#include "server/core/x509/certificate_urls.h"

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kCrlPoints = "2.5.29.31";
constexpr const char* kAccess = "1.3.6.1.5.5.7.1.1";

// What is read points to the certificate.
struct Reading {
  std::string der;
  absl::StatusOr<std::vector<CrlPoint>> points = std::vector<CrlPoint>();
  absl::StatusOr<AuthorityAccess> access = AuthorityAccess();
};

Reading Read(const CertificateSpec& spec) {
  Reading reading;
  reading.der = Build(spec).der;
  const CertificateOutline outline = ReadOutline(reading.der).value();
  reading.points = ReadCrlPoints(outline);
  reading.access = ReadAuthorityAccess(outline);
  return reading;
}

Reading ReadRaw(const char* id, const std::string& value) {
  CertificateSpec spec;
  spec.raw_extensions = {{id, value}};
  return Read(spec);
}

std::string Uri(const std::string& url) { return Der(DerContext(6, false), url); }

std::string Name(const std::string& names) {
  return Der(DerContext(0, true), Der(DerContext(0, true), names));
}

std::string Point(const std::string& fields) { return Der(kDerSequence, fields); }

Reading ReadPoints(const std::string& points) {
  return ReadRaw(kCrlPoints, Der(kDerSequence, points));
}

std::vector<std::string> UrlsOf(const std::string& names) {
  const Reading reading = ReadPoints(Point(Name(names)));
  return reading.points.ok() ? reading.points->at(0).urls : std::vector<std::string>{"none"};
}

std::string Access(const std::string& method, const std::string& location) {
  return Der(kDerSequence, DerOid(method) + location);
}

TEST(ReadCrlPoints, ReadsThemInTheirOrderC21) {
  CertificateSpec spec;
  spec.crl_points = "URI:http://a.test/1.crl,URI:https://b.test/2.crl";
  const Reading reading = Read(spec);
  ASSERT_TRUE(reading.points.ok()) << reading.points.status();
  ASSERT_THAT(*reading.points, SizeIs(2));
  EXPECT_THAT(reading.points->at(0).urls, ElementsAre("http://a.test/1.crl"));
  EXPECT_THAT(reading.points->at(1).urls, ElementsAre("https://b.test/2.crl"));
  EXPECT_TRUE(reading.points->at(0).is_usable);
}

TEST(ReadCrlPoints, IsEmptyWithoutTheExtension) {
  const Reading reading = Read(CertificateSpec());
  ASSERT_TRUE(reading.points.ok());
  EXPECT_THAT(*reading.points, IsEmpty());
  CertificateSpec bare;
  bare.has_key_ids = false;  // no extension at all
  EXPECT_TRUE(Read(bare).points.ok());
}

TEST(ReadCrlPoints, GivesNoUrlThatIsNotHttpInPrintingAsciiC21) {
  EXPECT_THAT(UrlsOf(Uri("ldap://a.test/") + Uri("file:///etc/passwd") + Uri("ftp://a.test/") +
                     Uri("gopher://a.test/") + Uri("http:a.test") + Uri("http://") +
                     Uri("http:///a") + Uri("httpx://a.test/") + Uri("") + Uri("//a.test/")),
              IsEmpty());
  EXPECT_THAT(UrlsOf(Uri("http://a.test/ x") + Uri("http://a.test/\r\nHost: x") +
                     Uri(std::string("http://a.test/\0", 15)) + Uri("http://\xc3\xa9.test/") +
                     Uri("http://a.test/\x7f") + Uri("http://a.test/\x1b[2J")),
              IsEmpty());
  EXPECT_THAT(UrlsOf(Uri("HTTP://a.test/") + Uri("hTTps://a.test/")),
              ElementsAre("HTTP://a.test/", "hTTps://a.test/"));
  EXPECT_THAT(UrlsOf(Der(DerContext(2, false), "http://a.test/")), IsEmpty()) << "a dNSName";
}

TEST(ReadCrlPoints, BoundsTheLengthOfAUrlC21) {
  const std::string longest = "http://a.test/" + std::string(kMaxUrlBytes - 14, 'x');
  EXPECT_THAT(UrlsOf(Uri(longest)), ElementsAre(longest));
  EXPECT_THAT(UrlsOf(Uri(longest + "x") + Uri("http://a.test/")), ElementsAre("http://a.test/"));
}

TEST(ReadCrlPoints, BoundsTheNumberOfUrlsAndGivesEachOnceC21) {
  std::string names = Uri("http://a.test/") + Uri("http://a.test/");
  EXPECT_THAT(UrlsOf(names), SizeIs(1));
  for (size_t i = 0; i < 1000; ++i) names += Uri(absl::StrCat("http://a.test/", i));
  EXPECT_THAT(UrlsOf(names), SizeIs(kMaxCertificateUrls));
}

TEST(ReadCrlPoints, BoundsThePointsC21) {
  std::string points;
  for (size_t i = 0; i < kMaxCrlPoints; ++i) points += Point(Name(Uri("http://a.test/")));
  EXPECT_THAT(*ReadPoints(points).points, SizeIs(kMaxCrlPoints));
  EXPECT_FALSE(ReadPoints(points + Point(Name(Uri("http://b.test/")))).points.ok());
}

TEST(ReadCrlPoints, MarksPointsForSomeReasonsOrOfAnotherIssuerC21) {
  const std::string name = Name(Uri("http://a.test/"));
  const std::string reasons = Der(DerContext(1, false), "\x06\x40");
  const std::string issuer = Der(DerContext(2, true), Der(DerContext(2, false), "x.test"));
  for (const std::string& rest : {reasons, issuer, reasons + issuer}) {
    const Reading reading = ReadPoints(Point(name + rest) + Point(name));
    ASSERT_TRUE(reading.points.ok());
    EXPECT_FALSE(reading.points->at(0).is_usable);
    EXPECT_TRUE(reading.points->at(1).is_usable);
  }
}

TEST(ReadCrlPoints, HasNoUrlForAPointWithoutAFullName) {
  const std::string relative = Der(DerContext(0, true), Der(DerContext(1, true), Point("")));
  const Reading reading = ReadPoints(Point(relative) + Point(""));
  ASSERT_TRUE(reading.points.ok()) << reading.points.status();
  EXPECT_THAT(reading.points->at(0).urls, IsEmpty());
  EXPECT_THAT(reading.points->at(0).names, IsEmpty());
  EXPECT_THAT(reading.points->at(1).urls, IsEmpty());
}

TEST(ReadCrlPoints, RefusesWhatIsNotDer) {
  const std::string good = Point(Name(Uri("http://a.test/")));
  EXPECT_FALSE(ReadRaw(kCrlPoints, "").points.ok());
  EXPECT_FALSE(ReadRaw(kCrlPoints, "x").points.ok());
  EXPECT_FALSE(ReadRaw(kCrlPoints, Der(kDerSequence, good) + "x").points.ok());
  EXPECT_FALSE(ReadPoints(good + "x").points.ok());
  EXPECT_FALSE(ReadPoints(Der(kDerInteger, "\x01")).points.ok());
  EXPECT_FALSE(ReadPoints(Point(Name(""))).points.ok());
  EXPECT_FALSE(ReadPoints(Point(Name("x"))).points.ok());
  EXPECT_FALSE(ReadPoints(Point(Der(DerContext(0, true), ""))).points.ok());
  EXPECT_FALSE(ReadPoints(Point(Der(DerContext(3, true), ""))).points.ok());
}

TEST(ReadAuthorityAccess, ReadsTheUrlsOfEachMethodC21) {
  CertificateSpec spec;
  spec.authority_access =
      "OCSP;URI:http://a.test/,caIssuers;URI:http://b.test/ca.cer,OCSP;URI:http://c.test/";
  const Reading reading = Read(spec);
  ASSERT_TRUE(reading.access.ok()) << reading.access.status();
  EXPECT_THAT(reading.access->ocsp, ElementsAre("http://a.test/", "http://c.test/"));
  EXPECT_THAT(reading.access->ca_issuers, ElementsAre("http://b.test/ca.cer"));
}

TEST(ReadAuthorityAccess, IsEmptyWithoutTheExtension) {
  const Reading reading = Read(CertificateSpec());
  ASSERT_TRUE(reading.access.ok());
  EXPECT_THAT(reading.access->ocsp, IsEmpty());
  EXPECT_THAT(reading.access->ca_issuers, IsEmpty());
}

TEST(ReadAuthorityAccess, LeavesOutWhatIsNotToBeFetchedC21) {
  std::string list = Access("1.3.6.1.5.5.7.48.1", Uri("ldap://a.test/")) +
                     Access("1.3.6.1.5.5.7.48.1", Der(DerContext(2, false), "a.test")) +
                     Access("1.3.6.1.5.5.7.48.5", Uri("http://other.test/")) +
                     Access("1.3.6.1.5.5.7.48.1", Uri("http://a.test/\n"));
  EXPECT_THAT(ReadRaw(kAccess, Der(kDerSequence, list)).access->ocsp, IsEmpty());
  for (size_t i = 0; i < 300; ++i) {
    list += Access("1.3.6.1.5.5.7.48.1", Uri(absl::StrCat("http://a.test/", i)));
  }
  EXPECT_THAT(ReadRaw(kAccess, Der(kDerSequence, list)).access->ocsp, SizeIs(kMaxCertificateUrls));
}

TEST(ReadAuthorityAccess, RefusesWhatIsNotDer) {
  const std::string good = Access("1.3.6.1.5.5.7.48.1", Uri("http://a.test/"));
  EXPECT_TRUE(ReadRaw(kAccess, Der(kDerSequence, good)).access.ok());
  EXPECT_FALSE(ReadRaw(kAccess, "").access.ok());
  EXPECT_FALSE(ReadRaw(kAccess, Der(kDerSequence, good) + "x").access.ok());
  EXPECT_FALSE(ReadRaw(kAccess, Der(kDerSequence, good + "x")).access.ok());
  EXPECT_FALSE(ReadRaw(kAccess, Der(kDerSequence, Access("1.2.3", ""))).access.ok());
  EXPECT_FALSE(
      ReadRaw(kAccess, Der(kDerSequence, Access("1.2.3", Uri("x") + Uri("y")))).access.ok());
}

TEST(CertificateUrls, AreNotReadFromExtensionsThatAreNotDer) {
  CertificateSpec spec;
  // Twice the same extension.
  spec.raw_extensions = {{"1.2.3", "x"}, {"1.2.3", "x"}};
  const Reading reading = Read(spec);
  EXPECT_FALSE(reading.points.ok());
  EXPECT_FALSE(reading.access.ok());
}

}  // namespace
}  // namespace postern
