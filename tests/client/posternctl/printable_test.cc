#include "client/posternctl/printable.h"

#include <string>

#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

TEST(Printable, KeepsTextAndReplacesControls) {
  EXPECT_EQ(Printable("mx.test: \xc3\xbc\xc2\xa0ok"), "mx.test: \xc3\xbc\xc2\xa0ok");
  EXPECT_EQ(Printable(std::string("a\0b\n\r\t\x1b[2J\x7f", 11)), "a?b????[2J?");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "?2J");
  EXPECT_EQ(Printable("cut\xc2"), "cut\xc2");
}

}  // namespace
}  // namespace postern::posternctl
