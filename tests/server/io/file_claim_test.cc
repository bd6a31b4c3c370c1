#include "server/io/file_claim.h"

#include <unistd.h>

#include <memory>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

TEST(FileClaim, IsHeldByOneAndTakesItsFileAlong) {
  const TemporaryFolder folder;
  const std::string path = folder.PathOf("a.lock");
  std::unique_ptr<FileClaim> first = FileClaim::Try(path).value();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(FileClaim::Try(path).value(), nullptr);
  EXPECT_NE(FileClaim::Try(folder.PathOf("b.lock")).value(), nullptr);
  first.reset();
  EXPECT_EQ(folder.Names(), std::set<std::string>{});
  EXPECT_NE(FileClaim::Try(path).value(), nullptr);
}

TEST(FileClaim, TakesOverTheFileOfADeadProcess) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a.lock", "");
  EXPECT_NE(FileClaim::Try(path).value(), nullptr);
  EXPECT_EQ(folder.Names(), std::set<std::string>{});
}

TEST(FileClaim, LeavesTheFileThatAnotherMadeInItsPlace) {
  const TemporaryFolder folder;
  const std::string path = folder.PathOf("a.lock");
  std::unique_ptr<FileClaim> first = FileClaim::Try(path).value();
  ASSERT_EQ(unlink(path.c_str()), 0);  // by an operator, say
  const std::unique_ptr<FileClaim> second = FileClaim::Try(path).value();
  ASSERT_NE(second, nullptr);
  first.reset();
  EXPECT_EQ(FileClaim::Try(path).value(), nullptr);
}

TEST(FileClaim, SaysWhichFileItCannotMake) {
  const TemporaryFolder folder;
  const absl::Status none = FileClaim::Try(folder.PathOf("none/a.lock")).status();
  EXPECT_TRUE(absl::StartsWith(none.message(), folder.PathOf("none/a.lock: cannot be opened")));
  ASSERT_EQ(symlink("elsewhere", folder.PathOf("link.lock").c_str()), 0);
  EXPECT_FALSE(FileClaim::Try(folder.PathOf("link.lock")).ok());
}

}  // namespace
}  // namespace postern
