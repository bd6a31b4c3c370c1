#include "server/unix_socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace postern {

absl::StatusOr<std::unique_ptr<UnixSocketLock>> UnixSocketLock::Take(const std::string& path) {
  const std::string name = absl::StrCat(path, ".lock");
  const int fd = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("listen.unix_socket: cannot open ", name));
  }
  std::unique_ptr<UnixSocketLock> lock(new UnixSocketLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) {
    return absl::UnavailableError(absl::StrCat("listen.unix_socket: ", path,
                                               " is in use by another posternd; stop it, or choose "
                                               "another path"));
  }
  return absl::ErrnoToStatus(errno, absl::StrCat("listen.unix_socket: cannot lock ", name));
}

UnixSocketLock::~UnixSocketLock() { close(fd_); }

ClosedUmask::ClosedUmask() : before_(umask(0177)) {}
ClosedUmask::~ClosedUmask() { umask(before_); }

absl::Status OpenUnixSocket(const std::string& path, mode_t mode) {
  if (chmod(path.c_str(), mode) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("listen.unix_socket_mode: cannot change ", path));
}

}  // namespace postern
