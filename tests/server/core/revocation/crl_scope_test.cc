#include "server/core/revocation/crl_scope.h"

#include <string>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

std::string List(const std::string& extensions) { return Der(kDerSequence, extensions); }

std::string Point(const std::string& fields, bool critical = true) {
  return List(DerExtension("2.5.29.28", critical, Der(kDerSequence, fields)));
}

std::string Flag(uint8_t number, const std::string& value = "\xff") {
  return Der(DerContext(number, false), value);
}

std::string Uri(const std::string& url) { return Der(DerContext(6, false), url); }

std::string FullName(const std::string& names) {
  return Der(DerContext(0, true), Der(DerContext(0, true), names));
}

CrlReason ReasonOf(const std::string& extensions) {
  CrlScope scope;
  return ReadCrlScope(extensions, scope);
}

CrlScope ScopeOf(const std::string& extensions) {
  CrlScope scope;
  EXPECT_EQ(ReadCrlScope(extensions, scope), CrlReason::kNone);
  return scope;
}

TEST(ReadCrlScope, IsEverythingWithoutExtensions) {
  const CrlScope scope = ScopeOf("");
  EXPECT_EQ(scope.kind, CrlScope::Kind::kAny);
  EXPECT_FALSE(scope.has_point);
  EXPECT_EQ(scope.number, "");
}

TEST(ReadCrlScope, ReadsTheNamesOfThePoint) {
  const CrlScope scope = ScopeOf(Point(FullName(Uri("http://a.test/") + Uri("ldap://b.test/"))));
  EXPECT_TRUE(scope.has_point);
  ASSERT_EQ(scope.point_names.size(), 2u);
  EXPECT_EQ(scope.point_names[0], Uri("http://a.test/"));
  EXPECT_EQ(scope.point_names[1], Uri("ldap://b.test/"));
}

TEST(ReadCrlScope, ReadsAPointThatIsNotCriticalAsIfItWereC14) {
  EXPECT_TRUE(ScopeOf(Point(FullName(Uri("http://a.test/")), false)).has_point);
  EXPECT_EQ(ReasonOf(Point(Flag(4), false)), CrlReason::kIndirect);
}

TEST(ReadCrlScope, ReadsARelativeNameAsAPointThatNothingMatches) {
  const std::string relative = Der(DerContext(1, true), Der(kDerSequence, "x"));
  const CrlScope scope = ScopeOf(Point(Der(DerContext(0, true), relative)));
  EXPECT_TRUE(scope.has_point);
  EXPECT_TRUE(scope.point_names.empty());
}

TEST(ReadCrlScope, ReadsTheKindOfCertificatesC15) {
  EXPECT_EQ(ScopeOf(Point(Flag(1))).kind, CrlScope::Kind::kEndEntity);
  EXPECT_EQ(ScopeOf(Point(Flag(2))).kind, CrlScope::Kind::kCa);
  EXPECT_EQ(ScopeOf(Point(Flag(5))).kind, CrlScope::Kind::kAttribute);
}

TEST(ReadCrlScope, RefusesDeltasIndirectAndPartialOnesC13C16) {
  for (const bool critical : {false, true}) {
    EXPECT_EQ(ReasonOf(List(DerExtension("2.5.29.27", critical, Der(kDerInteger, "\x01")))),
              CrlReason::kDelta);
  }
  EXPECT_EQ(ReasonOf(Point(Flag(4))), CrlReason::kIndirect);
  EXPECT_EQ(ReasonOf(Point(Flag(3, "\x06\x40"))), CrlReason::kSomeReasons);
}

TEST(ReadCrlScope, RefusesUnknownCriticalExtensionsOnlyC12) {
  EXPECT_EQ(ReasonOf(List(DerExtension("1.3.6.1.4.1.55555.1", true, "x"))),
            CrlReason::kCriticalExtension);
  EXPECT_EQ(ReasonOf(List(DerExtension("1.3.6.1.4.1.55555.1", false, "x"))), CrlReason::kNone);
  for (const char* known : {"2.5.29.35", "2.5.29.18", "2.5.29.46"}) {
    EXPECT_EQ(ReasonOf(List(DerExtension(known, true, "x"))), CrlReason::kNone) << known;
  }
}

TEST(ReadCrlScope, ReadsTheNumberC17) {
  const auto number = [](const std::string& contents) {
    return List(DerExtension("2.5.29.20", false, Der(kDerInteger, contents)));
  };
  EXPECT_EQ(ScopeOf(number("\x12\x34")).number, "\x12\x34");
  EXPECT_EQ(ScopeOf(number(std::string(20, '\x7f'))).number.size(), 20u);
  EXPECT_EQ(ReasonOf(number(std::string(22, '\x7f'))), CrlReason::kMalformed);
  EXPECT_EQ(ReasonOf(number("\x80")), CrlReason::kMalformed) << "negative";
  EXPECT_EQ(ReasonOf(number("")), CrlReason::kMalformed);
}

TEST(ReadCrlScope, RefusesWhatIsNotDerC3) {
  const std::string url = Uri("http://a.test/");
  const struct {
    const char* what;
    std::string extensions;
  } kCases[] = {
      {"no list", "x"},
      {"two lists", List(DerExtension("1.2.3", false, "x")) + List("")},
      {"an empty list", List("")},
      {"one twice", List(DerExtension("1.2.3", false, "x") + DerExtension("1.2.3", false, "x"))},
      {"an empty point", Point("")},
      {"bytes after the point",
       List(DerExtension("2.5.29.28", true, Der(kDerSequence, Flag(1)) + "x"))},
      {"FALSE, which is the default", Point(Flag(1, std::string(1, '\0')))},
      {"TRUE that is not all ones", Point(Flag(1, "\x01"))},
      {"the order", Point(Flag(2) + Flag(1))},
      {"two kinds", Point(Flag(1) + Flag(2))},
      {"three kinds", Point(Flag(1) + Flag(2) + Flag(5))},
      {"an unknown field", Point(Flag(1) + Flag(6))},
      {"no name", Point(FullName(""))},
      {"an empty point name", Point(Der(DerContext(0, true), ""))},
      {"two choices", Point(Der(DerContext(0, true),
                                Der(DerContext(0, true), url) + Der(DerContext(0, true), url)))},
      {"no choice", Point(Der(DerContext(0, true), Der(DerContext(2, true), url)))},
      {"a name that is cut", Point(FullName(url.substr(0, 5)))},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ReasonOf(test.extensions), CrlReason::kMalformed) << test.what;
  }
}

TEST(ReadCrlScope, BoundsNamesAndExtensionsC22) {
  std::string names;
  for (size_t i = 0; i < kMaxPointNames; ++i) names += Uri("http://a.test/");
  EXPECT_EQ(ReasonOf(Point(FullName(names))), CrlReason::kNone);
  EXPECT_EQ(ReasonOf(Point(FullName(names + Uri("x")))), CrlReason::kMalformed);
  EXPECT_EQ(ReasonOf(Point(FullName(Uri(std::string(kMaxPointNameBytes, 'x'))))),
            CrlReason::kMalformed);
  std::string extensions;
  for (size_t i = 0; i < kMaxCrlExtensions; ++i) {
    extensions += DerExtension("1.3.6.1.4.1.55555." + std::to_string(i), false, "x");
  }
  EXPECT_EQ(ReasonOf(List(extensions)), CrlReason::kNone);
  EXPECT_EQ(ReasonOf(List(extensions + DerExtension("1.2.3", false, "x"))), CrlReason::kMalformed);
}

}  // namespace
}  // namespace postern
