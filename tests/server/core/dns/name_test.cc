#include "server/core/dns/name.h"

#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

struct HostNameCase {
  const char* label;
  std::string text;
  std::string name;   // empty: refused
  const char* error;  // a part of what is said then
};

class ParseHostNameTest : public testing::TestWithParam<HostNameCase> {};

TEST_P(ParseHostNameTest, GivesTheNormalFormOrSaysWhatIsWrong) {
  const HostNameCase& one = GetParam();
  const absl::StatusOr<std::string> name = ParseHostName(one.text);
  if (!one.name.empty()) {
    ASSERT_TRUE(name.ok()) << name.status();
    EXPECT_EQ(*name, one.name);
    return;
  }
  ASSERT_FALSE(name.ok()) << *name;
  EXPECT_EQ(name.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(name.status().message(), one.error)) << name.status();
}

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

INSTANTIATE_TEST_SUITE_P(
    , ParseHostNameTest,
    testing::ValuesIn<HostNameCase>({
        {"Plain", "example.org", "example.org", nullptr},
        {"UpperCase", "EXAMPLE.Org", "example.org", nullptr},
        {"FinalDot", "example.org.", "example.org", nullptr},
        {"Underscore", "_dmarc.example.org", "_dmarc.example.org", nullptr},
        {"SingleLabel", "localhost", "localhost", nullptr},
        {"ULabel", "b\u00fccher.test", "xn--bcher-kva.test", nullptr},
        {"UpperCaseULabel", "B\u00dcCHER.test", "xn--bcher-kva.test", nullptr},
        {"NotTransitional", "stra\u00dfe.test", "xn--strae-oqa.test", nullptr},
        {"ALabel", "xn--bcher-kva.test", "xn--bcher-kva.test", nullptr},
        {"IdeographicDot", "b\u00fccher\u3002test", "xn--bcher-kva.test", nullptr},
        {"Empty", "", "", "is empty"},
        {"Root", ".", "", "is empty"},
        {"TwoDots", "a..test", "", "empty label"},
        {"LeadingDot", ".test", "", "empty label"},
        {"TwoFinalDots", "test..", "", "two final dots"},
        {"Space", "a b.test", "", "character"},
        {"Slash", "a/b.test", "", "character"},
        {"Backslash", "a\\.test", "", "character"},
        {"Nul", std::string("a\0b.test", 8), "", "NUL"},
        {"NulInULabel", std::string("b\xc3\xbc\0.test", 9), "", "NUL"},
        {"BadUtf8", "a\xff.test", "", "internationalised"},
        {"BidiULabel", "\u05d0a.test", "", "internationalised"},
        {"Address", "192.0.2.1", "", "[192.0.2.1]"},
        {"AddressFinalDot", "192.0.2.1.", "", "[192.0.2.1]"},
        {"Label63", Repeat("a", 63) + ".test", Repeat("a", 63) + ".test", nullptr},
        {"Label64", Repeat("a", 64) + ".test", "", "label longer"},
        {"Octets255", Repeat("abcdefg.", 31) + "abcde", Repeat("abcdefg.", 31) + "abcde", nullptr},
        {"Octets256", Repeat("abcdefg.", 31) + "abcdef", "", "longer than the 255"},
        {"Bytes1025", Repeat("a", 1025), "", "longer than 1024"},
    }),
    [](const auto& info) { return info.param.label; });

TEST(IsHostName, RefusesEscapedBytesAndTheRoot) {
  EXPECT_TRUE(IsHostName("mx1.test"));
  EXPECT_FALSE(IsHostName("."));
  EXPECT_FALSE(IsHostName("a\\032b.test"));
}

TEST(ParseAddressLiteral, ReadsBothFamiliesAndRefusesTheRest) {
  EXPECT_EQ(*ParseAddressLiteral("[192.0.2.1]"), "192.0.2.1");
  EXPECT_EQ(*ParseAddressLiteral("[IPv6:2001:DB8:0::1]"), "2001:db8::1");
  for (const char* bad : {"[]", "[192.0.2]", "[192.0.2.1", "[2001:db8::1]", "[IPv6:192.0.2.1]",
                          "[mx1.test]", "[192.0.2.1]x", "["}) {
    EXPECT_FALSE(ParseAddressLiteral(bad).ok()) << bad;
  }
}

TEST(TlsaName, HoldsThePortD46AndIsEmptyWhereItCannotExist) {
  EXPECT_EQ(TlsaName("mx1.test", 2525), "_2525._tcp.mx1.test");
  const std::string longest = Repeat("abcdefg.", 30) + "ab";  // 244 octets on the wire
  EXPECT_EQ(WireLength(TlsaName(longest, 25)), 253u);
  EXPECT_EQ(TlsaName(longest, 25565), "");
}

TEST(IsBelow, ComparesWholeLabels) {
  EXPECT_TRUE(IsBelow("mx1.d.test", "d.test"));
  EXPECT_TRUE(IsBelow("test", "."));
  EXPECT_FALSE(IsBelow("d.test", "d.test"));
  EXPECT_FALSE(IsBelow("bad.test", "d.test"));
  EXPECT_FALSE(IsBelow("test", "d.test"));
  EXPECT_FALSE(IsBelow(".", "."));
}

TEST(WireLength, CountsLabelsAndEscapes) {
  EXPECT_EQ(WireLength("."), 1u);
  EXPECT_EQ(WireLength("a"), 3u);
  EXPECT_EQ(WireLength("mx1.test"), 10u);
  EXPECT_EQ(WireLength("a\\032b"), 5u);
}

}  // namespace
}  // namespace postern
