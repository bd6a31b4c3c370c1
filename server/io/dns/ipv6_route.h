// Whether the machine can reach IPv6 name servers. For the resolver.
#ifndef POSTERN_SERVER_IO_DNS_IPV6_ROUTE_H_
#define POSTERN_SERVER_IO_DNS_IPV6_ROUTE_H_

namespace postern {

// HasIpv6Route tells whether the kernel has a route to the IPv6 Internet. It sends
// nothing, so that a route that leads nowhere is not noticed. Thread safe.
bool HasIpv6Route();

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_IPV6_ROUTE_H_
