#include "server/io/dns/ipv6_route.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace postern {

bool HasIpv6Route() {
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in6 address = {};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(53);
  // A root server's; connecting a datagram socket only looks up the route.
  inet_pton(AF_INET6, "2001:500:2f::f", &address.sin6_addr);
  const bool routed = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return routed;
}

}  // namespace postern
