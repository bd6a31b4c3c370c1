#include "client/examples/smtp_worker/message.h"

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace postern::smtp_worker {
namespace {

TEST(EncodeData, StuffsDotsAndEndsLinesInCrLf) {
  const struct {
    const char* message;
    const char* data;
  } kCases[] = {
      {"", ".\r\n"},
      {"a", "a\r\n.\r\n"},
      {"a\n", "a\r\n.\r\n"},
      {"a\r\nb\n", "a\r\nb\r\n.\r\n"},
      {".\n", "..\r\n.\r\n"},
      {"..a\n.b", "...a\r\n..b\r\n.\r\n"},
      {"a.b\n\n", "a.b\r\n\r\n.\r\n"},
      // Ends of lines that servers disagree on: no smuggled end of data.
      {"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"},
      {"a\r\r\n", "a\r\n\r\n.\r\n"},
  };
  for (const auto& test : kCases) EXPECT_EQ(EncodeData(test.message), test.data) << test.message;
}

TEST(CheckAddress, RefusesWhatWouldEndTheCommand) {
  EXPECT_TRUE(CheckAddress("").ok());
  EXPECT_TRUE(CheckAddress("a+b@d.test").ok());
  for (const char* bad : {"a@d.test>\r\nRCPT TO:<b", "a b@d.test", "a<b@d.test", "a\n@d.test",
                          "a\x7f@d.test", "\xc3\xa4@d.test"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckAddress(bad))) << bad;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(CheckAddress(std::string(321, 'a'))));
}

TEST(DomainOf, IsWhatFollowsTheLastAt) {
  EXPECT_EQ(*DomainOf("a@d.test"), "d.test");
  EXPECT_EQ(*DomainOf("\"a@b\"@d.test"), "d.test");
  EXPECT_EQ(*DomainOf("a@[192.0.2.1]"), "[192.0.2.1]");
  for (const char* bad : {"", "a", "a@", "@d.test"}) EXPECT_FALSE(DomainOf(bad).ok()) << bad;
}

}  // namespace
}  // namespace postern::smtp_worker
