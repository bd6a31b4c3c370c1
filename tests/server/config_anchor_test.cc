#include "server/config_anchor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kSha256 = std::string(64, 'a');

TEST(ConfigAnchor, TakesRecordsAsAZoneFileHasThem) {
  for (const std::string& record :
       {absl::StrCat("example. IN DS 12345 13 2 ", kSha256), absl::StrCat(". DS 0 8 2 ", kSha256),
        absl::StrCat("a.example 3600 IN ds 65535 13 2 ", kSha256),
        absl::StrCat("a.example in 3600 DS 1 13 2 ", kSha256),
        absl::StrCat("a. IN DS 1 13 2 ", kSha256.substr(0, 30), " ", kSha256.substr(30), " ; new"),
        absl::StrCat("a.\tIN\tDS\t1\t13\t1\t", kSha256.substr(0, 40)),
        std::string("a. IN DS 1 13 3 00"), std::string(". IN DNSKEY 257 3 13 AAAA AAAA ; ksk")}) {
    EXPECT_THAT(CheckTrustAnchor(record), IsEmpty()) << record;
  }
}

TEST(ConfigAnchor, SaysWhatIsWrongWithARecord) {
  struct Case {
    std::string record;
    const char* wrong;
  };
  const Case cases[] = {
      {"", "empty"},
      {"; only a comment", "empty"},
      {"DS", "no DS or DNSKEY"},
      {"example. IN A 192.0.2.1", "no DS or DNSKEY"},
      {"example. CH DS 1 13 3 00", "no DS or DNSKEY"},
      {absl::StrCat("a..b IN DS 1 13 2 ", kSha256), "\"a..b\" is no name"},
      {"a. IN DS 1 13 2", "KEY-TAG ALGORITHM DIGEST-TYPE DIGEST"},
      {"a. IN DS 70000 13 3 00", "KEY-TAG ALGORITHM DIGEST-TYPE DIGEST"},
      {"a. IN DS 1 256 3 00", "KEY-TAG ALGORITHM DIGEST-TYPE DIGEST"},
      {"a. IN DS 1 13 -2 00", "KEY-TAG ALGORITHM DIGEST-TYPE DIGEST"},
      {"a. IN DS 1 13 3 0", "hexadecimal"},
      {"a. IN DS 1 13 3 zz", "hexadecimal"},
      {"a. IN DS 1 13 2 00", "a digest of type 2 has 64 hexadecimal digits, not 2"},
      {absl::StrCat("a. IN DS 1 13 4 ", kSha256), "has 96 hexadecimal digits, not 64"},
      {"a. IN DNSKEY 257 3 13", "FLAGS 3 ALGORITHM KEY"},
      {"a. IN DNSKEY 257 4 13 AAAA", "FLAGS 3 ALGORITHM KEY"},
      {"a. IN DNSKEY 70000 3 13 AAAA", "FLAGS 3 ALGORITHM KEY"},
      {"a. IN DNSKEY 257 3 13 !!", "base64"},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(CheckTrustAnchor(c.record), HasSubstr(c.wrong)) << c.record;
    EXPECT_THAT(CheckTrustAnchor(c.record), HasSubstr("; allowed: ")) << c.record;
  }
}

TEST(ConfigAnchor, NamesTheLineOfAFile) {
  const std::string good = absl::StrCat("; keys\n\na. IN DS 1 13 2 ", kSha256, "\r\n");
  EXPECT_THAT(CheckTrustAnchorFile(good), IsEmpty());
  EXPECT_THAT(CheckTrustAnchorFile(absl::StrCat(good, "a. IN DS 1 13 2 00\n")),
              HasSubstr("in its line 4, \"a. IN DS 1 13 2 00\" is no trust anchor"));
  for (const char* empty : {"", "\n", "; nothing\n\n"}) {
    EXPECT_THAT(CheckTrustAnchorFile(empty), HasSubstr("holds no record")) << empty;
  }
}

TEST(ConfigAnchor, LeavesRecordsOfSeveralLinesToTheResolver) {
  EXPECT_THAT(CheckTrustAnchorFile("a. IN DNSKEY 257 3 13 (\n AAAA\n )\n"), IsEmpty());
  EXPECT_THAT(CheckTrustAnchorFile("$ORIGIN example.\n@ DS 1 13 3 00\n"), IsEmpty());
}

TEST(ConfigAnchor, RootHintsNameAServerOfTheRoot) {
  EXPECT_THAT(CheckRootHints("; hints\n. 3600000 NS a.root.example.\n"), IsEmpty());
  EXPECT_THAT(CheckRootHints(". 3600000 IN ns a.root.example.\r\n"), IsEmpty());
  for (const char* none : {"", "garbage", "example. 1 NS a.example.\n", "; . 1 NS a.\n", ". NS"}) {
    EXPECT_THAT(CheckRootHints(none), HasSubstr("names no server of the root")) << none;
  }
}

}  // namespace
}  // namespace postern
