// The syntax of Exim's iplsearch. What Exim 4.96 makes of a line stands beside where we
// differ; `exim -be '${lookup{ADDRESS}iplsearch{FILE}}'` shows it.
#include "server/core/net/network_file.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

// Read shows the lines as "LINE PREFIX=VALUE", and then the errors.
std::string Read(absl::string_view text) {
  std::string shown;
  const absl::Status status = ReadNetworkFile(text, [&](const NetworkLine& line) {
    absl::StrAppend(&shown, line.line, " ");
    if (line.prefix) {
      absl::StrAppend(&shown, line.prefix->address.ToString(), "/", line.prefix->length);
    } else {
      shown += '*';
    }
    absl::StrAppend(&shown, "=", line.value, "\n");
    return absl::OkStatus();
  });
  return absl::StrCat(shown, status.message());
}

struct Case {
  const char* label;
  const char* text;
  const char* read;
};

TEST(NetworkFileSection2, ReadsTheSyntaxOfIplsearchAsItIs) {
  const Case cases[] = {
      {"a bare address", "1.2.3.4: 20\n", "1 1.2.3.4/32=20\n"},
      {"no final newline", "1.2.3.4: 20", "1 1.2.3.4/32=20\n"},
      {"a prefix", "10.0.0.0/8: 5\n", "1 10.0.0.0/8=5\n"},
      {"host bits are cleared", "192.0.2.77/24: 5\n", "1 192.0.2.0/24=5\n"},
      {"no space", "1.2.3.4:5\n", "1 1.2.3.4/32=5\n"},
      {"space around the colon", "1.2.3.4 \t :   5  \n", "1 1.2.3.4/32=5\n"},
      {"no colon", "1.2.3.4   5\n", "1 1.2.3.4/32=5\n"},
      {"one colon is the separator", "1.2.3.4 : : 5\n", "1 1.2.3.4/32=: 5\n"},
      {"no value", "1.2.3.4:\n", "1 1.2.3.4/32=\n"},
      {"no value and no colon", "1.2.3.4\n", "1 1.2.3.4/32=\n"},
      {"CRLF", "1.2.3.4: 5\r\n\r\n1.2.3.5: 6\r\n", "1 1.2.3.4/32=5\n3 1.2.3.5/32=6\n"},
      {"quoted IPv6", "\"2001:db8::/32\": 5\n", "1 2001:db8::/32=5\n"},
      {"quoted IPv4", "\"1.2.3.4\" 5\n", "1 1.2.3.4/32=5\n"},
      {"all of IPv6", "\"::/0\": 5\n", "1 ::/0=5\n"},
      {"the default", "*: 5\n", "1 *=5\n"},
      {"the default, quoted", "\"*\": 5\n", "1 *=5\n"},
      {"comments and empty lines", "# a\n\n#b: 1\n1.2.3.4: 5\n  \t\n#", "4 1.2.3.4/32=5\n"},
      {"# within a value is no comment", "1.2.3.4: 5 # five\n", "1 1.2.3.4/32=5 # five\n"},
      {"a continuation line", "1.2.3.4: 5\n    shared\n", "1 1.2.3.4/32=5 shared\n"},
      {"several", "1.2.3.4:\n\t5\n \t shared \n1.2.3.5: 6",
       "1 1.2.3.4/32= 5 shared\n4 1.2.3.5/32=6\n"},
      {"a key twice", "1.2.3.4: 5\n1.2.3.4: 6\n", "1 1.2.3.4/32=5\n2 1.2.3.4/32=6\n"},
      {"nothing", "", ""},
  };
  for (const Case& one : cases) EXPECT_EQ(Read(one.text), one.read) << one.label;
}

TEST(NetworkFileSection2, RefusesWhatEximReadsOverOrInAnotherWayAndSaysWhatToDo) {
  const Case cases[] = {
      {"Exim: the key is 2001", "2001:db8::/32: 5\n",
       "line 1: an IPv6 key has to be quoted: \"2001:db8::/32\""},
      {"Exim: the key is 2001", "2001:db8::1 5\n",
       "line 1: an IPv6 key has to be quoted: \"2001:db8::1\""},
      {"Exim: the key is 2001", "2001:db8:: 5\n",
       "line 1: an IPv6 key has to be quoted: \"2001:db8::\""},
      {"Exim: the key is 2001", "2001:db8::: 5\n",
       "line 1: an IPv6 key has to be quoted: \"2001:db8::\""},
      {"Exim reads it over", "host.example: 5\n",
       "line 1: the key \"host.example\" is no address or prefix; write 192.0.2.1, 192.0.2.0/24 "
       "or 2001:db8::/32"},
      {"Exim: /32", "1.2.3.0/33: 5\n",
       "line 1: the key \"1.2.3.0/33\" has no good length; after the slash stands 0 to 32, a "
       "number of bits"},
      {"Exim: /0", "1.2.3.0/: 5\n",
       "line 1: the key \"1.2.3.0/\" has no good length; after the slash stands 0 to 32, a number "
       "of bits"},
      {"Exim: the key is the whole line", "\"1.2.3.4: 5\n",
       "line 1: the key's closing quote is missing"},
      {"Exim reads it over", "  1.2.3.4: 5\n",
       "line 1: is indented, and there is no key right before it that it could belong to (Exim "
       "reads over such a line); begin a key at the start of its line"},
      {"Exim 4.96 drops it, its manual joins it", "1.2.3.4: 5\n# shared by all\n  shared\n",
       "1 1.2.3.4/32=5\nline 3: is indented, and there is no key right before it that it could "
       "belong to (Exim reads over such a line); begin a key at the start of its line"},
      {"an empty key", ": 5\n",
       "line 1: the key \"\" is no address or prefix; write 192.0.2.1, 192.0.2.0/24 or "
       "2001:db8::/32"},
      {"escapes", "\"\\x31.2.3.4\": 5\n",
       "line 1: the key \"\\\\x31.2.3.4\" is no address or prefix; write 192.0.2.1, 192.0.2.0/24 "
       "or 2001:db8::/32"},
  };
  for (const Case& one : cases) EXPECT_EQ(Read(one.text), one.read) << one.label;
}

TEST(NetworkFileSection2, TellsAllErrorsAtOnceWithTheirLines) {
  EXPECT_EQ(Read("1.2.3.4: 1\na: 2\n  more of a\n\n\"b: 3\n1.2.3.5: 4\n"),
            "1 1.2.3.4/32=1\n6 1.2.3.5/32=4\n"
            "line 2: the key \"a\" is no address or prefix; write 192.0.2.1, 192.0.2.0/24 or "
            "2001:db8::/32\n"
            "line 5: the key's closing quote is missing");
}

TEST(NetworkFileSection2, TakesWhatTheCallerFindsWrongForAnErrorOfTheLine) {
  const absl::Status status =
      ReadNetworkFile("1.2.3.4: 1\n1.2.3.5: x\n  y\nz\n", [](const NetworkLine& line) {
        return line.value == "1" ? absl::OkStatus() : absl::InvalidArgumentError(line.value);
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "line 2: x y\nline 4: the key \"z\" is no address or prefix; write 192.0.2.1, "
            "192.0.2.0/24 or 2001:db8::/32");
}

TEST(NetworkFileSection2, TellsABoundedNumberOfErrorsAndCountsTheOthers) {
  std::string text;
  for (int i = 0; i < 250; ++i) text += std::string(1000, 'x') + "\n";
  const std::vector<std::string> lines = absl::StrSplit(Read(text), '\n');
  ASSERT_EQ(lines.size(), kMaxNetworkErrors + 1);
  EXPECT_EQ(lines.back(), "and 150 more errors");
  for (const std::string& line : lines) EXPECT_LT(line.size(), 200u) << "keys are cut";
}

TEST(NetworkFileSection2, BoundsALineAndAValueAndRefusesNulBytes) {
  EXPECT_EQ(Read("1.2.3.4: " + std::string(2000, '1') + "\n  2\n1.2.3.5: 5\n"),
            "3 1.2.3.5/32=5\nline 1: is longer than 1024 bytes");
  std::string long_value = "1.2.3.4: 1\n";
  for (int i = 0; i < 300; ++i) long_value += "  word\n";
  EXPECT_EQ(Read(long_value), "line 206: makes a value longer than 1024 bytes");
  EXPECT_EQ(Read(absl::string_view("1.2.3.4: 1\0\n", 12)), "line 1: holds a NUL byte");
  EXPECT_EQ(Read(absl::string_view("1.2.3.4: 1\n 2\0\n1.2.3.5: 5\n", 26)),
            "3 1.2.3.5/32=5\nline 2: holds a NUL byte");
}

TEST(NetworkFileSection2, ShowsForeignBytesOnOneLine) {
  EXPECT_TRUE(absl::StrContains(Read("a\x1b\xff: 1\n"), "the key \"a\\x1b\\xff\" is no"));
}

}  // namespace
}  // namespace postern
