#include "server/io/file_claim.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

// How often the holder may remove the file between our opening and our locking it.
constexpr int kAttempts = 8;

// IsAt tells whether the open file is still the one that others find by its path.
bool IsAt(int fd, const std::string& path) {
  struct stat open_file;
  struct stat named_file;
  return fstat(fd, &open_file) == 0 && lstat(path.c_str(), &named_file) == 0 &&
         open_file.st_dev == named_file.st_dev && open_file.st_ino == named_file.st_ino;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FileClaim>> FileClaim::Try(const std::string& path) {
  for (int i = 0; i < kAttempts; ++i) {
    UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                     S_IRUSR | S_IWUSR));
    if (!fd.valid()) {
      return absl::ErrnoToStatus(
          errno, absl::StrCat(path, ": cannot be opened; may posternd write to this folder?"));
    }
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return nullptr;
      return absl::ErrnoToStatus(
          errno, absl::StrCat(path, ": cannot be locked; does the file system have flock?"));
    }
    if (IsAt(fd.get(), path)) {
      return std::unique_ptr<FileClaim>(new FileClaim(path, std::move(fd)));
    }
  }
  return nullptr;
}

// Removed while it is locked: who opened it meanwhile sees that it has gone.
FileClaim::~FileClaim() {
  if (IsAt(fd_.get(), path_)) unlink(path_.c_str());
}

}  // namespace postern
