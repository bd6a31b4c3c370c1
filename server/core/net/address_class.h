// What kind of address a foreign URL or name led to: only a global unicast address
// is one that a stranger may send us to (RFC 6890, the IANA special-purpose registries).
#ifndef POSTERN_SERVER_CORE_NET_ADDRESS_CLASS_H_
#define POSTERN_SERVER_CORE_NET_ADDRESS_CLASS_H_

#include <vector>

#include "server/core/net/ip_address.h"

namespace postern {

enum class AddressClass {
  kGlobal,         // the only one that is open without being allowed by name
  kUnspecified,    // 0.0.0.0, ::
  kThisNetwork,    // 0.0.0.0/8
  kLoopback,       // 127.0.0.0/8, ::1
  kPrivate,        // RFC 1918
  kSharedCgnat,    // 100.64.0.0/10, RFC 6598
  kLinkLocal,      // 169.254.0.0/16 (also where clouds tell secrets), fe80::/10
  kUniqueLocal,    // fc00::/7
  kSiteLocal,      // fec0::/10
  kMulticast,      // 224.0.0.0/4, ff00::/8
  kDocumentation,  // RFC 5737, RFC 3849, RFC 9637
  kBenchmark,      // 198.18.0.0/15, 2001:2::/48
  kReserved,       // 240.0.0.0/4, protocol assignments, and IPv6 outside 2000::/3
  kEmbedded,       // IPv6 that carries an IPv4 address which is not global, or whose
                   // translation is a local matter (64:ff9b:1::/48)
};

// AddressClassName returns words for a message: "loopback".
const char* AddressClassName(AddressClass kind);

// ClassifyAddress sorts an address. Of v4-mapped (::ffff:0:0/96), v4-compatible
// (::/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16) and Teredo (2001::/32) the IPv4
// address inside counts. v4-mapped and v4-compatible are never global: nobody means them
// in public DNS.
AddressClass ClassifyAddress(const IpAddress& address);

// MayConnect: the address is global, or in one of the prefixes. An IPv6 address that
// embeds an IPv4 address is not let in by a prefix of the IPv4 address.
bool MayConnect(const IpAddress& address, const std::vector<IpPrefix>& allowed);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_ADDRESS_CLASS_H_
