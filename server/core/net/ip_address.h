// IP addresses and prefixes as values, for whatever has rules about them.
#ifndef POSTERN_SERVER_CORE_NET_IP_ADDRESS_H_
#define POSTERN_SERVER_CORE_NET_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// IpAddress is an IPv4 or IPv6 address. A v4-mapped IPv6 address stays IPv6.
struct IpAddress {
  bool v4 = true;
  // Network order; of IPv4 the first four, the others are 0.
  std::array<uint8_t, 16> octets = {};

  int Bits() const { return v4 ? 32 : 128; }
  std::string ToString() const;

  bool operator==(const IpAddress& other) const { return v4 == other.v4 && octets == other.octets; }
};

// Ipv4FromOctets takes 4 octets, Ipv6FromOctets 16, in network order.
IpAddress Ipv4FromOctets(const uint8_t* octets);
IpAddress Ipv6FromOctets(const uint8_t* octets);

// ParseIpAddress reads "192.0.2.1" or "2001:db8::1", strictly (inet_pton): no brackets,
// zones, ports, or numbers that are not decimal.
std::optional<IpAddress> ParseIpAddress(absl::string_view text);

// IpPrefix is what has the first `length` bits of `address`.
struct IpPrefix {
  IpAddress address;
  int length = 0;  // 0 to 32 or 128

  // Contains is false across the families.
  bool Contains(const IpAddress& other) const;
};

// ParseIpPrefix reads "10.0.0.0/8", or an address alone for just that. Fails with
// INVALID_ARGUMENT that says what is wrong, also if bits past the length are set.
absl::StatusOr<IpPrefix> ParseIpPrefix(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_IP_ADDRESS_H_
