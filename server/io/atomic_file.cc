#include "server/io/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/io/unique_fd.h"

namespace postern {
namespace {

constexpr absl::string_view kTemporaryPrefix = ".postern-";
constexpr absl::string_view kTemporarySuffix = ".tmp";

// How often another process may take a temporary for a dead one's.
constexpr int kAttempts = 8;

struct Place {
  std::string folder;
  std::string name;
};

Place PlaceOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

// Explain makes a status of an errno, for people who have to mend it.
absl::Status Explain(int error, absl::string_view path, absl::string_view what) {
  const std::string start = absl::StrCat(path, ": ", what);
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(
          absl::StrCat(start, ": ",
                       error == EFBIG ? "the limit of file sizes is too low; raise it (ulimit -f)"
                                      : "the disk or the quota is full; make room"));
    case EROFS:
      return absl::FailedPreconditionError(absl::StrCat(
          start,
          ": the file system is read-only; mount it for writing (systemd: ReadWritePaths=)"));
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(
          absl::StrCat(start, ": not permitted; let the user of posternd read and write there"));
    case ENOENT:
      return absl::NotFoundError(absl::StrCat(
          start, ": it does not exist; make it, for the user of posternd to write to"));
    case ENOTDIR:
      return absl::FailedPreconditionError(
          absl::StrCat(start, ": it is no folder; name a folder there"));
    case EISDIR:
      return absl::FailedPreconditionError(
          absl::StrCat(start, ": there is a folder of this name; remove it"));
    default:
      return absl::ErrnoToStatus(error, start);
  }
}

absl::Status OpenFolder(const std::string& folder, UniqueFd& fd) {
  fd.Reset(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.valid()) return absl::OkStatus();
  return Explain(errno, folder, "the folder cannot be opened");
}

std::string TemporaryName() {
  uint64_t number = 0;
  // For so few bytes it neither fails nor is cut short; were it to, O_EXCL notices.
  [[maybe_unused]] const ssize_t got = getrandom(&number, sizeof number, 0);
  return absl::StrCat(kTemporaryPrefix, absl::Hex(number, absl::kZeroPad16), kTemporarySuffix);
}

bool IsTemporary(absl::string_view name) {
  return name.size() == kTemporaryPrefix.size() + 16 + kTemporarySuffix.size() &&
         absl::StartsWith(name, kTemporaryPrefix) && absl::EndsWith(name, kTemporarySuffix);
}

// Fill returns an errno, or 0.
int Fill(int fd, absl::string_view bytes, mode_t mode) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fchmod(fd, mode) != 0 || fsync(fd) != 0) return errno;
  return 0;
}

// TryWrite returns ECANCELED if another process took the temporary for a dead one's.
int TryWrite(int folder, const std::string& name, absl::string_view bytes, mode_t mode) {
  const std::string temporary = TemporaryName();
  // O_EXCL follows no symbolic link.
  const UniqueFd fd(openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!fd.valid()) return errno == EEXIST ? ECANCELED : errno;
  int error = 0;
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    error = errno == EWOULDBLOCK ? ECANCELED : errno;
  }
  if (error == 0) error = Fill(fd.get(), bytes, mode);
  if (error == 0 && renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) {
    error = errno == ENOENT ? ECANCELED : errno;
  }
  if (error != 0) unlinkat(folder, temporary.c_str(), 0);
  return error;
}

absl::Status SyncFolder(int fd, const std::string& path) {
  if (fsync(fd) == 0) return absl::OkStatus();
  return Explain(errno, path, "the folder cannot be brought to the disk");
}

}  // namespace

absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, mode_t mode) {
  const Place place = PlaceOf(path);
  UniqueFd folder;
  if (absl::Status status = OpenFolder(place.folder, folder); !status.ok()) return status;
  int error = ECANCELED;
  for (int i = 0; i < kAttempts && error == ECANCELED; ++i) {
    error = TryWrite(folder.get(), place.name, bytes, mode);
  }
  if (error != 0) return Explain(error, path, "cannot be written");
  return SyncFolder(folder.get(), path);
}

absl::Status RemoveFile(const std::string& path) {
  const Place place = PlaceOf(path);
  UniqueFd folder;
  if (absl::Status status = OpenFolder(place.folder, folder); !status.ok()) {
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  }
  if (unlinkat(folder.get(), place.name.c_str(), 0) != 0) {
    return errno == ENOENT ? absl::OkStatus() : Explain(errno, path, "cannot be removed");
  }
  return SyncFolder(folder.get(), path);
}

absl::Status CheckFolder(const std::string& folder) {
  UniqueFd fd;
  if (absl::Status status = OpenFolder(folder, fd); !status.ok()) return status;
  if (faccessat(fd.get(), ".", W_OK | X_OK, AT_EACCESS) == 0) return absl::OkStatus();
  return Explain(errno, folder, "the folder cannot be written to");
}

absl::Status RemoveOldTemporaries(const std::string& folder) {
  const UniqueFolder entries(opendir(folder.c_str()));
  if (entries == nullptr) return Explain(errno, folder, "the folder cannot be read");
  const int at = dirfd(entries.get());
  for (const dirent* entry = readdir(entries.get()); entry != nullptr;
       entry = readdir(entries.get())) {
    if (!IsTemporary(entry->d_name)) continue;
    const UniqueFd fd(openat(at, entry->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat info;
    if (!fd.valid() || fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;  // its writer lives
    if (unlinkat(at, entry->d_name, 0) != 0 && errno != ENOENT) {
      return Explain(errno, absl::StrCat(folder, "/", entry->d_name), "cannot be removed");
    }
  }
  return absl::OkStatus();
}

}  // namespace postern
