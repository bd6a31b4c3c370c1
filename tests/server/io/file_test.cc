#include "server/io/file.h"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

std::string Write(const std::string& name, const std::string& text) {
  std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

TEST(ReadFile, ReadsAFileThatIsAsLongAsItMayBe) {
  const std::string path = Write("whole", "0123456789");
  EXPECT_EQ(ReadFile(path, 10).value(), "0123456789");
  EXPECT_EQ(ReadFile(Write("empty", ""), 10).value(), "");
}

TEST(ReadFile, SaysWhichFileIsWrongAndHow) {
  const std::string path = Write("long", "0123456789");
  EXPECT_EQ(ReadFile(path, 9).status().message(), path + ": has more than 9 bytes");
  EXPECT_TRUE(absl::StartsWith(ReadFile("/nowhere/at.all", 9).status().message(),
                               "/nowhere/at.all: cannot be opened"));
  EXPECT_EQ(ReadFile(testing::TempDir(), 9).status().message(),
            testing::TempDir() + ": is no regular file");
}

TEST(ReadFile, TakesMemoryForWhatThereIsAndNotForWhatThereMayBe) {
  EXPECT_EQ(ReadFile(Write("small", "0123456789"), size_t{1} << 46).value(), "0123456789");
  EXPECT_GT(ReadFile("/proc/self/status", 65536).value().size(), 100u) << "it tells no size";
}

TEST(ReadFile, DoesNotWaitForAPipe) {
  const std::string path = testing::TempDir() + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(ReadFile(path, 9).status().message(), path + ": is no regular file");
}

}  // namespace
}  // namespace postern
