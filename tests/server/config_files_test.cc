#include "server/config_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace postern {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string Write(const std::string& name, const std::string& text) {
  std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path) << text;
  return path;
}

std::string Anchor(const std::string& record) { return SystemConfigChecks().trust_anchor(record); }
std::string AnchorFile(const std::string& path) {
  return SystemConfigChecks().trust_anchor_file(path);
}
std::string Hints(const std::string& path) { return SystemConfigChecks().root_hints(path); }

TEST(ConfigFiles, WhatLibunboundReadsIsGood) {
  const std::string record = absl::StrCat("example. IN DS 12345 13 2 ", std::string(64, 'a'));
  EXPECT_THAT(Anchor(record), IsEmpty());
  EXPECT_THAT(AnchorFile(Write("good.ds", absl::StrCat(record, "\n"))), IsEmpty());
  EXPECT_THAT(AnchorFile(Write("lower.ds", "example. in ds 1 13 3 00\n")), IsEmpty());
  EXPECT_THAT(AnchorFile(Write("long.key", "a. IN DNSKEY 257 3 13 (\n AAAA\n AAAA )\n")),
              IsEmpty());
  EXPECT_THAT(Hints(Write("good.hints", ". 3600 IN NS a.\na. 3600 IN A 192.0.2.1\n")), IsEmpty());
}

TEST(ConfigFiles, WhatLibunboundRefusesIsWrong) {
  EXPECT_THAT(Anchor("example. IN TXT x"), HasSubstr("is no DS or DNSKEY record"));
  const std::string relative = Write("relative.ds", "$ORIGIN example.\n@ IN DS 1 13 3 zz\n");
  EXPECT_THAT(AnchorFile(relative), HasSubstr("is no readable file of DS or DNSKEY records"));
  const std::string garbage = Write("garbage.hints", ". 3600 IN NS a.\ngarbage\n");
  EXPECT_THAT(Hints(garbage), HasSubstr("is no readable root hints file"));
}

TEST(ConfigFiles, AFileMustBeThereReadableRegularAndNotTooLong) {
  const std::string folder = testing::TempDir();
  const std::string pipe = absl::StrCat(folder, "/pipe");
  mkfifo(pipe.c_str(), 0600);
  const std::string long_file = Write("long", std::string((1 << 20) + 1, ';'));
  for (const auto& check : {AnchorFile, Hints}) {
    EXPECT_THAT(check("/nonexistent"),
                AllOf(StartsWith("/nonexistent: cannot be opened: "), HasSubstr("No such file")));
    EXPECT_THAT(check(folder), HasSubstr("is no regular file"));
    EXPECT_THAT(check(pipe), HasSubstr("is no regular file"));
    EXPECT_THAT(check("/dev/null"), HasSubstr("is no regular file"));
    EXPECT_THAT(check(long_file), HasSubstr("has more than 1048576 bytes"));
  }
}

TEST(ConfigFiles, APemFileHoldsCertificates) {
  const auto check = SystemConfigChecks().pem_file;
  EXPECT_THAT(check("/nonexistent"), StartsWith("/nonexistent: cannot be opened: "));
  const std::string empty = Write("empty.pem", "");
  EXPECT_THAT(check(empty), StartsWith(absl::StrCat(empty, ": ")));
}

TEST(ConfigFiles, EachMistakeHasItsLine) {
  const std::string bad = Write("bad.ds", "; one\na. IN DS 1 13 2 00\n");
  const std::string config =
      Write("posternd.yaml", absl::StrCat("resolver:\n  root_hints: /nonexistent\n"
                                          "  trust_anchor_files:\n    - ",
                                          bad,
                                          "\n    - /nonexistent\nmemory: {budget: 1}\nhandshake:\n"
                                          "  trust_anchor_file: /nonexistent\n"));
  const absl::StatusOr<Config> loaded = LoadConfig(config, SystemConfigChecks());
  EXPECT_THAT(absl::StrSplit(std::string(loaded.status().message()), '\n'),
              ElementsAre(HasSubstr("resolver.root_hints: line 2: "),
                          AllOf(HasSubstr("resolver.trust_anchor_files[0]: line 4: "),
                                HasSubstr("in its line 2, ")),
                          HasSubstr("resolver.trust_anchor_files[1]: line 5: "),
                          HasSubstr("memory.budget: line 6: "),
                          HasSubstr("handshake.trust_anchor_file: line 8: /nonexistent: ")));
}

}  // namespace
}  // namespace postern
