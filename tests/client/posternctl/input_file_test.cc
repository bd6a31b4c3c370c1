#include "client/posternctl/input_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ReadInputFile, GivesTheBytesAsTheyAre) {
  const std::string bytes("\0\r\n\x80", 4);
  const auto read = ReadInputFile("--staple", WriteTestFile("bytes", bytes));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, bytes);
  EXPECT_TRUE(
      ReadInputFile("--staple", WriteTestFile("most", std::string(kMaxInputFile, 'x'))).ok());
}

TEST(ReadInputFile, NamesOptionPathAndReason) {
  const std::string folder = WriteTestFile("", "");
  const struct {
    std::string path;
    const char* why;
  } kCases[] = {
      {"/nonexistent/file", "/nonexistent/file cannot be read: No such file or directory"},
      {folder, "cannot be read: Is a directory"},
      {WriteTestFile("empty", ""), "is empty"},
      {WriteTestFile("large", std::string(kMaxInputFile + 1, 'x')), "is larger than 1048576 bytes"},
  };
  for (const auto& test : kCases) {
    const auto read = ReadInputFile("--staple", test.path);
    ASSERT_FALSE(read.ok()) << test.why;
    EXPECT_THAT(std::string(read.status().message()), StartsWith("--staple: "));
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(test.why));
  }
}

TEST(ReadCertificates, NamesTheFileThatHoldsNone) {
  const std::string path = WriteTestFile("none.pem", "nothing");
  const auto certificates = ReadCertificates("--chain", path);
  ASSERT_FALSE(certificates.ok());
  EXPECT_THAT(std::string(certificates.status().message()),
              StartsWith("--chain: " + path + " holds no PEM certificate"));
}

}  // namespace
}  // namespace postern::posternctl
