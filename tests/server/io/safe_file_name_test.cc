#include "server/io/safe_file_name.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(SafeFileName, LeavesOrdinaryNamesAlone) {
  for (const char* name : {"mx1", "mx1.example.org.pem", "a_b-c+d=e@f,g", "a..b"}) {
    EXPECT_EQ(SafeFileName(name), name);
  }
}

TEST(SafeFileName, EscapesWhatWouldBeAPathOrHidden) {
  EXPECT_EQ(SafeFileName("/etc/ssl/a.pem"), "%2Fetc%2Fssl%2Fa.pem");
  EXPECT_EQ(SafeFileName(".."), "%2E.");
  EXPECT_EQ(SafeFileName(".hidden"), "%2Ehidden");
  EXPECT_EQ(SafeFileName("*.example.org"), "%2A.example.org");
  EXPECT_EQ(SafeFileName(std::string("a\0b\n\xff", 5)), "a%00b%0A%FF");
  EXPECT_EQ(SafeFileName(""), "%");
}

TEST(SafeFileName, KeepsDifferentNamesDifferent) {
  const std::string longest(kMaxSafeFileName, 'a');
  const std::string names[] = {"",
                               "%",
                               "%25",
                               "a/b",
                               "a%2Fb",
                               "a b",
                               longest,
                               longest + "b",
                               longest + "c",
                               longest + "/",
                               ".a",
                               "%2Ea",
                               std::string(255, '/'),
                               std::string(254, '/')};
  std::set<std::string> safe;
  for (const std::string& name : names) {
    const std::string file = SafeFileName(name);
    EXPECT_TRUE(safe.insert(file).second) << name;
    EXPECT_LE(file.size(), kMaxSafeFileName);
    EXPECT_EQ(file.find('/'), std::string::npos);
    EXPECT_NE(file[0], '.');
  }
}

}  // namespace
}  // namespace postern
