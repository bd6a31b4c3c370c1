#include "client/posternctl/tlsa_argument.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;

TEST(ParseTlsa, ReadsWhatZoneFilesHave) {
  for (const char* text : {"3 1 2 00abcDEF", " 3\t1  2 00 ab\ncd ef "}) {
    const auto record = ParseTlsa(text);
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(record->certificate_usage(), 3u);
    EXPECT_EQ(record->selector(), 1u);
    EXPECT_EQ(record->matching_type(), 2u);
    EXPECT_EQ(record->certificate_association_data(), std::string("\0\xab\xcd\xef", 4));
    EXPECT_EQ(RecordData(*record), "3 1 2 00abcdef");
  }
}

// What is unknown is the server's to judge.
TEST(ParseTlsa, TakesEveryNumberOfAByteT1T2T3) {
  const auto record = ParseTlsa("255 000 099 00");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(RecordData(*record), "255 0 99 00");
}

TEST(ParseTlsa, NamesTheBadPart) {
  const struct {
    std::string text;
    const char* message;
  } kCases[] = {
      {"", "certificate usage: ''"},
      {"x 1 1 00", "certificate usage: 'x'"},
      {"256 1 1 00", "certificate usage: '256'"},
      {"-1 1 1 00", "certificate usage: '-1'"},
      {"+3 1 1 00", "certificate usage: '+3'"},
      {"0003 1 1 00", "certificate usage: '0003'"},
      {"3 1.0 1 00", "selector: '1.0'"},
      {"3", "selector: ''"},
      {"3 1 sha256 00", "matching type: 'sha256'"},
      {"3 1 1", "certificate association data: '' is empty"},
      {"3 1 1 0", "certificate association data: '0' has an odd number"},
      {"3 1 1 00zz", "certificate association data: 'zz' does not begin"},
      {"3 1 1 0x00", "certificate association data: 'x00'"},
      {"3 1 1 " + std::string(131066, '0'), "is longer than 65532 bytes"},
  };
  for (const auto& test : kCases) {
    const auto record = ParseTlsa(test.text);
    ASSERT_FALSE(record.ok()) << test.message;
    EXPECT_THAT(std::string(record.status().message()), HasSubstr(test.message));
    EXPECT_LT(record.status().message().size(), 150u);
  }
}

TEST(ZoneText, IsALineOfAZoneFile) {
  const auto record = ParseTlsa("3 1 1 00ff");
  ASSERT_TRUE(record.ok());
  for (const char* host : {"mx.test", "mx.test."}) {
    EXPECT_EQ(ZoneText(host, 587, *record), "_587._tcp.mx.test. IN TLSA 3 1 1 00ff");
  }
}

TEST(CheckHostName, RefusesWhatWouldChangeTheZoneFile) {
  for (const char* good : {"mx.test", "mx.test.", "a", "xn--bcher-kva.test", "a_b.test"}) {
    EXPECT_TRUE(CheckHostName(good).ok()) << good;
  }
  const std::string long_label = std::string(64, 'a') + ".test";
  const std::string long_name = std::string(241, 'a');
  for (const std::string& bad : {std::string(), std::string("."), std::string("a..b"),
                                 std::string("*.test"), std::string("a b"), std::string("a;b"),
                                 std::string("b\xc3\xbc.test"), long_label, long_name}) {
    EXPECT_FALSE(CheckHostName(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace postern::posternctl
