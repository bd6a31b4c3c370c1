#include "client/tls/connect_tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "absl/time/clock.h"
#include "client/tls/ssl_error.h"

namespace postern {
namespace {

using client_internal::SslError;

// NonBlocking makes a socket non-blocking for a scope.
class NonBlocking {
 public:
  explicit NonBlocking(int fd) : fd_(fd), flags_(fcntl(fd, F_GETFL)) {
    if (flags_ >= 0 && (flags_ & O_NONBLOCK) == 0) fcntl(fd_, F_SETFL, flags_ | O_NONBLOCK);
  }
  ~NonBlocking() {
    if (flags_ >= 0 && (flags_ & O_NONBLOCK) == 0) fcntl(fd_, F_SETFL, flags_);
  }
  NonBlocking(const NonBlocking&) = delete;
  NonBlocking& operator=(const NonBlocking&) = delete;

 private:
  const int fd_;
  const int flags_;
};

absl::Status WaitFor(int fd, short events, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError("the TLS handshake took too long");
    }
    pollfd ready = {fd, events, 0};
    // Rounded up: the last part of a millisecond is no reason to turn round and round.
    const int64_t milliseconds = absl::ToInt64Milliseconds(std::min(left, absl::Minutes(1))) + 1;
    const int count = poll(&ready, 1, static_cast<int>(milliseconds));
    if (count > 0) return absl::OkStatus();
    if (count < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, "cannot wait for the server");
    }
  }
}

}  // namespace

absl::Status ConnectTls(SSL* ssl, absl::Time deadline) {
  const int fd = SSL_get_fd(ssl);
  NonBlocking non_blocking(fd);
  while (true) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_connect(ssl);
    if (result == 1) return absl::OkStatus();
    short events = 0;
    switch (SSL_get_error(ssl, result)) {
      case SSL_ERROR_WANT_READ:
        events = POLLIN;
        break;
      case SSL_ERROR_WANT_WRITE:
        events = POLLOUT;
        break;
      case SSL_ERROR_SYSCALL:
        ERR_clear_error();
        return absl::UnavailableError(errno == 0 ? "the server closed the connection"
                                                 : absl::ErrnoToStatus(errno, "").ToString());
      default:
        return SslError(absl::StatusCode::kUnavailable, "the TLS handshake failed");
    }
    if (absl::Status status = WaitFor(fd, events, deadline); !status.ok()) return status;
  }
}

}  // namespace postern
