#include "server/config_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/config_errors.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& yaml) {
  ConfigErrors errors;
  ParseYaml(yaml, errors);
  return std::string(errors.ToStatus("").message());
}

std::string Repeat(const std::string& text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ParseYaml, RemembersLinesAndKeepsDuplicateKeys) {
  ConfigErrors errors;
  const YamlNode root = ParseYaml("# x\na:\n  b: 1\n  b: '2'\nc: [x,\n  y]\n", errors);
  ASSERT_TRUE(errors.Empty());
  ASSERT_EQ(root.kind, YamlNode::Kind::kMap);
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0].key, "a");
  EXPECT_EQ(root.children[0].line, 2);
  ASSERT_EQ(root.children[0].children.size(), 2u);
  EXPECT_EQ(root.children[0].children[1].line, 4);
  EXPECT_FALSE(root.children[0].children[0].quoted);
  EXPECT_TRUE(root.children[0].children[1].quoted);
  ASSERT_EQ(root.children[1].children.size(), 2u);
  EXPECT_EQ(root.children[1].children[1].line, 6);
}

TEST(ParseYaml, RefusesWhatAConfigurationHasNoUseFor) {
  struct Case {
    const char* label;
    std::string yaml;
    const char* wrong;
  };
  const Case cases[] = {
      {"anchor", "a: &x 1\n", "line 1: an anchor"},
      {"anchor of a map", "a: &x {b: 1}\n", "line 1: an anchor"},
      {"alias", "a: &x 1\nb: *x\n", "line 2: an alias"},
      {"alias to nothing", "b: *x\n", "line 1: not YAML"},
      {"tag", "\na: !!int 1\n", "line 2: a tag"},
      {"tag of a list", "a: !x [1]\n", "line 1: a tag"},
      {"a list as key", "? [a]\n: 1\n", "a key must be a word"},
      {"a map as key", "{a: 1}: 1\n", "a key must be a word"},
      {"no key", "~: 1\n", "a key must be a word"},
      {"two documents", "a: 1\n---\nb: 2\n", "more than one document"},
      {"deep", Repeat("[", 9) + Repeat("]", 9), "nested too deeply; allowed: 8 levels"},
      {"an open list", "a: [1\n", "not YAML"},
      {"an open quote", "a: 'x\n", "not YAML"},
      {"an open quote over lines", "a: \"x\nb: 1\n# end\n\n", "not YAML"},
      {"a tab as indentation", "a:\n\tb: 1\n", "not YAML"},
      {"NUL", std::string("a: \0", 4), "line 1: a control character"},
      {"escape", "a: \x1b[0m", "line 1: a control character"},
      {"not UTF-8", "a: 1\nb: \xff\n", "line 2: not UTF-8"},
      {"overlong UTF-8", "\xc0\xaf", "line 1: not UTF-8"},
      {"a surrogate", "\xed\xa0\x80", "line 1: not UTF-8"},
      {"beyond Unicode", "\xf4\x90\x80\x80", "line 1: not UTF-8"},
      {"cut UTF-8", "\xe2\x82", "line 1: not UTF-8"},
      {"UTF-16", std::string("\xff\xfe"), "line 1: not UTF-8"},
      {"a long line", Repeat("x", kMaxYamlLineBytes + 1), "line 1: line too long"},
      {"a long file", Repeat("#\n", kMaxYamlBytes), "bytes; allowed: 1048576"},
  };
  for (const Case& c : cases) EXPECT_THAT(ErrorOf(c.yaml), HasSubstr(c.wrong)) << c.label;
}

TEST(ParseYaml, GoesOnAfterWhatItRefuses) {
  ConfigErrors errors;
  const YamlNode root = ParseYaml("a: &x 1\nb: [[[[[[[[[[1]]]]]]]]]]\n? [k]\n: v\nc: 2\n", errors);
  EXPECT_FALSE(errors.Empty());
  ASSERT_EQ(root.children.size(), 3u);
  EXPECT_EQ(root.children[2].key, "c");
  EXPECT_EQ(root.children[2].text, "2");
}

TEST(ParseYaml, EndsOnAMebibyteOfAnything) {
  for (const char* piece :
       {"[",     "{",     "- ",   "? ",     "a: ",  "\"",          "'",   "&a ",  "*a ",
        "!a ",   "| ",    "%",    "#",      "-",    ":",           ",",   "[{",   "? - ",
        "\n",    " ",     "\t",   "a:\n",   "- \n", "[\n",         "{\n", "? \n", "---\n",
        "...\n", "!!a\n", "&a\n", "a: |\n", "x\n ", "\xef\xbb\xbf"}) {
    std::string yaml;
    std::string line;
    while (yaml.size() + kMaxYamlLineBytes < kMaxYamlBytes) {
      while (line.size() + 4 < kMaxYamlLineBytes) line += piece;
      yaml += line;
      yaml += '\n';
    }
    ErrorOf(yaml);
  }
}

}  // namespace
}  // namespace postern
