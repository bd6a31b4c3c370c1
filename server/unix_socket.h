// The unix socket that the server listens on: whose it is, and who may use it.
#ifndef POSTERN_SERVER_UNIX_SOCKET_H_
#define POSTERN_SERVER_UNIX_SOCKET_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace postern {

// UnixSocketLock keeps other servers from a socket's path. gRPC removes whatever socket
// is there before it binds: it cannot tell one that a dead server left from a live one.
//
// The lock is on the file "PATH.lock", which stays, and ends with the process, however
// that ends.
class UnixSocketLock {
 public:
  // Take fails with UNAVAILABLE where another process has the lock, else with what the
  // system says of the file; both name the config key.
  static absl::StatusOr<std::unique_ptr<UnixSocketLock>> Take(const std::string& path);
  ~UnixSocketLock();
  UnixSocketLock(const UnixSocketLock&) = delete;
  UnixSocketLock& operator=(const UnixSocketLock&) = delete;

 private:
  explicit UnixSocketLock(int fd) : fd_(fd) {}

  const int fd_;
};

// ClosedUmask makes what this process binds its owner's only, for its scope: nobody else
// connects before OpenUnixSocket. The mask is global to the process.
class ClosedUmask {
 public:
  ClosedUmask();
  ~ClosedUmask();
  ClosedUmask(const ClosedUmask&) = delete;
  ClosedUmask& operator=(const ClosedUmask&) = delete;

 private:
  const mode_t before_;
};

// OpenUnixSocket gives the socket its mode. Fails with the config key.
absl::Status OpenUnixSocket(const std::string& path, mode_t mode);

}  // namespace postern

#endif  // POSTERN_SERVER_UNIX_SOCKET_H_
