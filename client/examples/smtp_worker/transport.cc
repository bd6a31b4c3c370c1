#include "client/examples/smtp_worker/transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace postern::smtp_worker {
namespace {

absl::Status Wait(int socket, short events, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return absl::DeadlineExceededError("no answer in time");
    pollfd ready = {socket, events, 0};
    const int64_t milliseconds = absl::ToInt64Milliseconds(std::min(left, absl::Minutes(1))) + 1;
    const int count = poll(&ready, 1, static_cast<int>(milliseconds));
    if (count > 0) return absl::OkStatus();
    if (count < 0 && errno != EINTR) return absl::UnavailableError("poll failed");
  }
}

absl::Status Lost(int error) {
  return absl::UnavailableError(absl::StrCat("connection lost: ", strerror(error)));
}

// What an SSL_read or SSL_write that gave result waits for, or the error.
absl::StatusOr<short> SslWaits(SSL* ssl, int result) {
  const int error = SSL_get_error(ssl, result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return POLLIN;
  if (error == SSL_ERROR_WANT_WRITE) return POLLOUT;
  return absl::UnavailableError("the TLS connection ended");
}

socklen_t ParseAddress(const std::string& text, uint16_t port, sockaddr_storage& address) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    return sizeof(*v4);
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return sizeof(*v6);
  }
  return 0;
}

}  // namespace

absl::StatusOr<int> Dial(const std::string& address, uint16_t port, absl::Time deadline) {
  sockaddr_storage storage = {};
  const socklen_t size = ParseAddress(address, port, storage);
  if (size == 0) return absl::UnavailableError("not an IP address");
  const int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return Lost(errno);
  int error = 0;
  absl::Status status;
  if (connect(fd, reinterpret_cast<sockaddr*>(&storage), size) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      socklen_t length = sizeof(error);
      status = Wait(fd, POLLOUT, deadline);
      if (status.ok()) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    }
  }
  if (status.ok() && error == 0) return fd;
  close(fd);
  if (!status.ok()) return status;
  return absl::UnavailableError(absl::StrCat("cannot connect: ", strerror(error)));
}

Transport::~Transport() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  close(socket_);
}

absl::StatusOr<std::string> Transport::Read(absl::Time deadline) {
  char buffer[4096];
  while (true) {
    short events = POLLIN;
    if (ssl_ != nullptr) {
      ERR_clear_error();  // SSL_get_error would take another's error for ours.
      const int count = SSL_read(ssl_.get(), buffer, sizeof(buffer));
      if (count > 0) return std::string(buffer, static_cast<size_t>(count));
      absl::StatusOr<short> waits = SslWaits(ssl_.get(), count);
      if (!waits.ok()) return waits.status();
      events = *waits;
    } else {
      const ssize_t count = read(socket_, buffer, sizeof(buffer));
      if (count > 0) return std::string(buffer, static_cast<size_t>(count));
      if (count == 0) return absl::UnavailableError("the server closed the connection");
      if (errno != EAGAIN && errno != EINTR) return Lost(errno);
    }
    if (absl::Status status = Wait(socket_, events, deadline); !status.ok()) return status;
  }
}

absl::Status Transport::Write(absl::string_view bytes, absl::Time deadline) {
  while (!bytes.empty()) {
    short events = POLLOUT;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      // The same bytes again after a wait, as OpenSSL wants them.
      const size_t size = std::min<size_t>(bytes.size(), 16384);
      const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(size));
      if (count > 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      absl::StatusOr<short> waits = SslWaits(ssl_.get(), count);
      if (!waits.ok()) return waits.status();
      events = *waits;
    } else {
      const ssize_t count = write(socket_, bytes.data(), bytes.size());
      if (count > 0) {
        bytes.remove_prefix(static_cast<size_t>(count));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) return Lost(errno);
    }
    if (absl::Status status = Wait(socket_, events, deadline); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace postern::smtp_worker
