#include "server/io/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

absl::StatusOr<std::string> ReadAll(int fd, size_t max_bytes) {
  struct stat info;
  if (fstat(fd, &info) != 0) return absl::ErrnoToStatus(errno, "cannot be looked at");
  if (!S_ISREG(info.st_mode)) return absl::InvalidArgumentError("is no regular file");
  std::string text;
  // One byte more than there is and than is allowed, so that the end or a longer file is
  // seen. A file may grow meanwhile, and some tell no size.
  text.resize(std::min(max_bytes, static_cast<size_t>(info.st_size)) + 1);
  size_t size = 0;
  while (size <= max_bytes) {
    if (size == text.size()) text.resize(std::min(max_bytes, 2 * size) + 1);
    const ssize_t got = read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, "cannot be read");
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("has more than ", max_bytes, " bytes"));
  }
  text.resize(size);
  text.shrink_to_fit();
  return text;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  // Without O_NONBLOCK a pipe would wait for who writes to it.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot be opened"));
  absl::StatusOr<std::string> text = ReadAll(fd, max_bytes);
  close(fd);
  if (text.ok()) return text;
  return absl::Status(text.status().code(), absl::StrCat(path, ": ", text.status().message()));
}

}  // namespace postern
