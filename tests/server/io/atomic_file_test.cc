#include "server/io/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "server/io/unique_fd.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

using Names = std::set<std::string>;

constexpr const char* kLeftover = ".postern-0123456789abcdef.tmp";

// While it lives no file grows beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  sighandler_t handler_;
  rlimit before_ = {};
};

TEST(WriteFileAtomically, ReplacesAFileAndSetsItsModeWhateverTheUmask) {
  const TemporaryFolder folder;
  const mode_t before = umask(0077);
  EXPECT_TRUE(WriteFileAtomically(folder.PathOf("a"), "old", 0600).ok());
  EXPECT_TRUE(WriteFileAtomically(folder.PathOf("a"), std::string("n\0w", 3), 0644).ok());
  umask(before);
  EXPECT_EQ(folder.Read("a"), std::string("n\0w", 3));
  struct stat info;
  ASSERT_EQ(stat(folder.PathOf("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, mode_t{0644});
  EXPECT_EQ(folder.Names(), Names{"a"}) << "no temporary is left";
}

TEST(WriteFileAtomically, ReplacesASymbolicLinkAndFollowsNone) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  const std::string target = elsewhere.Write("target", "untouched");
  ASSERT_EQ(symlink(target.c_str(), folder.PathOf("link").c_str()), 0);
  EXPECT_TRUE(WriteFileAtomically(folder.PathOf("link"), "new", 0644).ok());
  EXPECT_EQ(folder.Read("link"), "new");
  EXPECT_FALSE(std::filesystem::is_symlink(folder.PathOf("link")));
  EXPECT_EQ(elsewhere.Read("target"), "untouched");
}

TEST(WriteFileAtomically, SaysWhatToDoWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(WriteFileAtomically(folder.PathOf("none/a"), "x", 0644).message(),
            folder.PathOf("none") +
                ": the folder cannot be opened: it does not exist; make it, "
                "for the user of posternd to write to");
  const std::string file = folder.Write("file", "");
  EXPECT_EQ(WriteFileAtomically(file + "/a", "x", 0644).message(),
            file + ": the folder cannot be opened: it is no folder; name a folder there");
}

TEST(WriteFileAtomically, LeavesTheOldFileAndNoTemporaryWhereThereIsNoRoom) {
  const TemporaryFolder folder;
  folder.Write("a", "old");
  absl::Status status;
  {
    const FileSizeLimit limit(100);
    status = WriteFileAtomically(folder.PathOf("a"), std::string(1000, 'x'), 0644);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(absl::StrContains(status.message(), "raise it (ulimit -f)")) << status;
  EXPECT_EQ(folder.Read("a"), "old");
  EXPECT_EQ(folder.Names(), Names{"a"});
}

TEST(WriteFileAtomically, LeavesNoTemporaryWhereAFolderHasTheName) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkdir(folder.PathOf("a").c_str(), 0700), 0);
  const absl::Status status = WriteFileAtomically(folder.PathOf("a"), "x", 0644);
  EXPECT_TRUE(absl::StrContains(status.message(), "there is a folder of this name; remove it"))
      << status;
  EXPECT_EQ(folder.Names(), Names{"a"});
}

TEST(WriteFileAtomically, SaysWhatToDoWhereItMayNotWrite) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TemporaryFolder folder;
  ASSERT_EQ(chmod(folder.path().c_str(), 0500), 0);
  const absl::Status status = WriteFileAtomically(folder.PathOf("a"), "x", 0644);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(CheckFolder(folder.path()).code(), absl::StatusCode::kPermissionDenied);
  ASSERT_EQ(chmod(folder.path().c_str(), 0700), 0);
}

TEST(RemoveFile, RemovesWhatIsThere) {
  const TemporaryFolder folder;
  folder.Write("a", "");
  EXPECT_TRUE(RemoveFile(folder.PathOf("a")).ok());
  EXPECT_EQ(folder.Names(), Names{});
  EXPECT_TRUE(RemoveFile(folder.PathOf("a")).ok()) << "it has gone already";
  EXPECT_TRUE(RemoveFile(folder.PathOf("none/a")).ok()) << "so has its folder";
  ASSERT_EQ(mkdir(folder.PathOf("b").c_str(), 0700), 0);
  EXPECT_FALSE(RemoveFile(folder.PathOf("b")).ok());
}

TEST(CheckFolder, TellsWhetherThereIsOne) {
  const TemporaryFolder folder;
  EXPECT_TRUE(CheckFolder(folder.path()).ok());
  EXPECT_EQ(CheckFolder(folder.PathOf("none")).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(CheckFolder(folder.Write("file", "")).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(RemoveOldTemporaries, RemovesWhatNoLivingProcessWrites) {
  const TemporaryFolder folder;
  folder.Write(kLeftover, "half");
  EXPECT_TRUE(RemoveOldTemporaries(folder.path()).ok());
  EXPECT_EQ(folder.Names(), Names{});
}

TEST(RemoveOldTemporaries, LeavesWhatIsBeingWritten) {
  const TemporaryFolder folder;
  const UniqueFd fd(open(folder.Write(kLeftover, "half").c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(flock(fd.get(), LOCK_EX), 0);
  EXPECT_TRUE(RemoveOldTemporaries(folder.path()).ok());
  EXPECT_EQ(folder.Names(), Names{kLeftover});
}

TEST(RemoveOldTemporaries, LeavesWhatIsNotOurs) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  const std::string target = elsewhere.Write("target", "");
  folder.Write(".postern-notes.tmp", "");
  folder.Write("a", "");
  ASSERT_EQ(symlink(target.c_str(), folder.PathOf(kLeftover).c_str()), 0);
  EXPECT_TRUE(RemoveOldTemporaries(folder.path()).ok());
  EXPECT_EQ(folder.Names(), (Names{".postern-notes.tmp", "a", kLeftover}));
  EXPECT_EQ(elsewhere.Names(), Names{"target"});
}

}  // namespace
}  // namespace postern
