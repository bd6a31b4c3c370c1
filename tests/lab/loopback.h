// Sockets on 127.0.0.1, for the misbehaving name server.
#ifndef POSTERN_TESTS_LAB_LOOPBACK_H_
#define POSTERN_TESTS_LAB_LOOPBACK_H_

#include <netinet/in.h>

#include <cstdint>
#include <optional>

namespace postern {

sockaddr_in LoopbackAddress(uint16_t port);

// LoopbackListeners are a UDP and a TCP socket on one port, non-blocking.
struct LoopbackListeners {
  int udp = -1;
  int tcp = -1;
  uint16_t port = 0;
};

// ListenOnLoopback listens on a port that is free for both; nothing, and errno,
// if there is none.
std::optional<LoopbackListeners> ListenOnLoopback();

// ConnectUdp returns a non-blocking UDP socket connected to a port; -1 and errno
// on failure. ConnectTcp the same for TCP; the connection may still be under way.
int ConnectUdp(uint16_t port);
int ConnectTcp(uint16_t port);

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_LOOPBACK_H_
