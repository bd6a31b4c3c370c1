#include "tests/lab/loopback.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace postern {
namespace {

constexpr int kBufferBytes = 4 << 20;
constexpr int kBacklog = 256;
constexpr int kAttempts = 50;

int NewSocket(int type) { return socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

// The kernel gives less where it must: then bursts lose queries, as in life.
void EnlargeBuffers(int fd) {
  for (int option : {SO_RCVBUF, SO_SNDBUF}) {
    setsockopt(fd, SOL_SOCKET, option, &kBufferBytes, sizeof kBufferBytes);
  }
}

bool Bind(int fd, uint16_t port) {
  const sockaddr_in address = LoopbackAddress(port);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

uint16_t PortOf(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace

sockaddr_in LoopbackAddress(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::optional<LoopbackListeners> ListenOnLoopback() {
  // The kernel picks a port that is free for UDP; it may be taken for TCP.
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    LoopbackListeners listeners;
    listeners.udp = NewSocket(SOCK_DGRAM);
    listeners.tcp = NewSocket(SOCK_STREAM);
    if (listeners.udp >= 0 && listeners.tcp >= 0 && Bind(listeners.udp, 0)) {
      listeners.port = PortOf(listeners.udp);
      if (Bind(listeners.tcp, listeners.port) && listen(listeners.tcp, kBacklog) == 0) {
        EnlargeBuffers(listeners.udp);
        return listeners;
      }
    }
    const int error = errno;
    if (listeners.udp >= 0) close(listeners.udp);
    if (listeners.tcp >= 0) close(listeners.tcp);
    errno = error;
  }
  return std::nullopt;
}

int ConnectUdp(uint16_t port) {
  const int fd = NewSocket(SOCK_DGRAM);
  if (fd < 0) return -1;
  const sockaddr_in address = LoopbackAddress(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  EnlargeBuffers(fd);
  return fd;
}

int ConnectTcp(uint16_t port) {
  const int fd = NewSocket(SOCK_STREAM);
  if (fd < 0) return -1;
  const sockaddr_in address = LoopbackAddress(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace postern
