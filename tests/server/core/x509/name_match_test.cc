#include "server/core/x509/name_match.h"

#include <openssl/err.h>

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/core/x509/certificate.h"
#include "tests/support/certificate_builder.h"

namespace postern {
namespace {

using Strings = std::vector<std::string>;

Strings Presented(const CertificateSpec& spec) {
  const std::string der = Build(spec).der;
  return PresentedNames(*ParseCertificate(der).value().x509);
}

TEST(PresentedNames, AreTheDnsIdsAndThenNoCommonNameD68) {
  CertificateSpec spec;
  spec.common_names = {"mx1.test"};
  spec.dns_names = {"x.test", "y.test"};
  EXPECT_EQ(Presented(spec), (Strings{"x.test", "y.test"}));
}

TEST(PresentedNames, AreTheCommonNameWithoutAnyDnsIdD68) {
  CertificateSpec spec;
  spec.common_names = {"mx1.test"};
  EXPECT_EQ(Presented(spec), Strings{"mx1.test"});
  spec.ip_addresses = {std::string("\xc0\x00\x02\x01", 4)};
  EXPECT_EQ(Presented(spec), Strings{"mx1.test"}) << "an address is no DNS-ID";
  spec.ip_addresses.clear();
  spec.has_empty_alt_names = true;
  EXPECT_EQ(Presented(spec), Strings{"mx1.test"}) << "nor is an empty list";
}

TEST(PresentedNames, HoldTheLastOfSeveralCommonNames) {
  CertificateSpec spec;
  spec.common_names = {"a.test", "b.test", "c.test"};
  EXPECT_EQ(Presented(spec), Strings{"c.test"});
  spec.common_names = {"a.test", "not a name"};
  EXPECT_EQ(Presented(spec), Strings{});
}

TEST(PresentedNames, LeaveOutWhatIsNoText) {
  for (const std::string& bad :
       {std::string("mx1.test\0.evil.test", 19), std::string("mx1.test\0", 9),
        std::string("m\xc3\xbc.test"), std::string("mx1.test\n"), std::string("mx 1.test"),
        std::string(), std::string("\x7f")}) {
    CertificateSpec spec;
    spec.dns_names = {bad};
    spec.common_names = {"mx1.test"};
    EXPECT_EQ(Presented(spec), Strings{}) << bad << ": it still is a DNS-ID";
    if (bad.empty()) continue;
    spec.dns_names.clear();
    spec.common_names = {bad};
    EXPECT_EQ(Presented(spec), Strings{}) << bad;
  }
}

TEST(PresentedNames, HoldNoCommonNameWhereAlternativeNamesCannotBeRead) {
  CertificateSpec spec;
  spec.common_names = {"mx1.test"};
  // A list whose name has a tag that GeneralName does not have.
  spec.raw_extensions = {{"2.5.29.17", "\x30\x03\x8f\x01x"}};
  EXPECT_EQ(Presented(spec), Strings{});
  // The extension twice.
  spec.raw_extensions = {{"2.5.29.17", "\x30\x03\x82\x01x"}, {"2.5.29.17", "\x30\x03\x82\x01y"}};
  EXPECT_EQ(Presented(spec), Strings{});
  EXPECT_EQ(ERR_peek_error(), 0u) << "a later TLS call of this thread would find it";
}

TEST(DnsIds, LeaveTheCommonNameOut) {
  CertificateSpec spec;
  spec.common_names = {"mx1.test"};
  const std::string der = Build(spec).der;
  EXPECT_TRUE(DnsIds(*ParseCertificate(der).value().x509).empty());
}

TEST(MatchesName, ComparesWholeNamesAndWholeLabelsD69) {
  const struct {
    const char* presented;
    const char* reference;
    bool matches;
  } cases[] = {
      {"mx1.test", "mx1.test", true},
      {"MX1.Test", "mx1.test", true},
      {"mx1.test", "mx2.test", false},
      {"test", "mx1.test", false},
      {"mx1.test", "test", false},
      {"x.mx1.test", "mx1.test", false},
      {"*.test", "mx1.test", true},
      {"*.TEST", "mx1.test", true},
      {"*.test", "a.b.test", false},
      {"*.test", "test", false},
      {"*.b.test", "a.b.test", true},
      {"*.b.test", "b.test", false},
      {"mx*.test", "mx1.test", false},
      {"*1.test", "mx1.test", false},
      {"*mx1.test", "mx1.test", false},
      {"mx1.*", "mx1.test", false},
      {"a.*.test", "a.b.test", false},
      {"*.*.test", "a.b.test", false},
      {"*.*", "mx1.test", false},
      {"*", "mx1.test", false},
      {"*", "test", false},
      {"*.", "test", false},
      {"*.", "test.", false},
      {"*..test", "mx1.test", false},
      {"*.test.", "mx1.test", false},
      {"mx1.test.", "mx1.test", false},
      {".test", "mx1.test", false},
      {"", "mx1.test", false},
      {"", "", true},
      {"*.test", ".test", false},
      {"xn--mx-mia.test", "xn--mx-mia.test", true},
      {"*.test", "xn--mx-mia.test", true},
      {"xn--*.test", "xn--mx-mia.test", false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(MatchesName(one.presented, one.reference), one.matches)
        << one.presented << " and " << one.reference;
  }
}

TEST(FindPresented, ReturnsTheFirstReferenceIdentifierD63) {
  const Strings references = {"mx1.test", "d.test", "e.test"};
  const std::string* const found = FindPresented({"e.test", "d.test"}, references);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(*found, "d.test");
  EXPECT_EQ(FindPresented({"f.test"}, references), nullptr);
  EXPECT_EQ(FindPresented({}, references), nullptr);
  EXPECT_EQ(FindPresented({"f.test"}, {}), nullptr);
}

}  // namespace
}  // namespace postern
