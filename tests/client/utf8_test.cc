#include "client/utf8.h"

#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(Utf8Prefix, TakesAllThatIsUtf8) {
  for (const std::string& text : {
           std::string(),
           std::string("example.org"),
           std::string("a\0b", 3),
           std::string("\x7f \xc2\x80 \xdf\xbf"),
           std::string("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"),
           std::string("\xf0\x90\x80\x80 \xf3\xbf\xbf\xbf \xf4\x8f\xbf\xbf"),
       }) {
    EXPECT_EQ(Utf8Prefix(text), text.size()) << text;
  }
}

TEST(Utf8Prefix, StopsBeforeWhatIsNone) {
  for (const std::string& bad : {
           std::string("\x80"),              // goes on, from nothing
           std::string("\xc0\xaf"),          // over-long
           std::string("\xc1\xbf"),          //
           std::string("\xe0\x9f\xbf"),      //
           std::string("\xf0\x8f\xbf\xbf"),  //
           std::string("\xed\xa0\x80"),      // a surrogate
           std::string("\xf4\x90\x80\x80"),  // beyond U+10FFFF
           std::string("\xf5\x80\x80\x80"),  //
           std::string("\xff"),
           std::string("\xc3"),  // cut off
           std::string("\xe2\x82"),
           std::string("\xf0\x9f\x93"),
           std::string("\xc3."),  // something else follows
           std::string("\xe2\x82."),
           std::string("\xf0\x9f\x93."),
       }) {
    EXPECT_EQ(Utf8Prefix(bad), 0u) << testing::PrintToString(bad);
    EXPECT_EQ(Utf8Prefix("\xc3\xbc." + bad), 3u) << testing::PrintToString(bad);
  }
}

TEST(CheckUtf8, NamesTheFieldAndTheByte) {
  EXPECT_TRUE(CheckUtf8("domain",
                        "b\xc3\xbc"
                        "cher.test")
                  .ok());
  const absl::Status status = CheckUtf8("domain",
                                        "b\xfc"
                                        "cher.test");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(),
            "domain: is not UTF-8 at byte 2: write an internationalised name in UTF-8, or as "
            "A-labels (xn--...)");
}

}  // namespace
}  // namespace postern
