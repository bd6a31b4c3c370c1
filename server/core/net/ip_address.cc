#include "server/core/net/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

// HasBit says whether the bit is set; 0 is the most significant.
bool HasBit(const IpAddress& address, int bit) {
  return (address.octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

}  // namespace

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(v4 ? AF_INET : AF_INET6, octets.data(), text, sizeof text);
}

IpAddress Ipv4FromOctets(const uint8_t* octets) {
  IpAddress address;
  std::copy_n(octets, 4, address.octets.begin());
  return address;
}

IpAddress Ipv6FromOctets(const uint8_t* octets) {
  IpAddress address;
  address.v4 = false;
  std::copy_n(octets, 16, address.octets.begin());
  return address;
}

std::optional<IpAddress> ParseIpAddress(absl::string_view text) {
  // inet_pton stops at a NUL; what follows one would be believed to be a part.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != absl::string_view::npos) {
    return std::nullopt;
  }
  const std::string copy(text);
  IpAddress address;
  if (inet_pton(AF_INET, copy.c_str(), address.octets.data()) == 1) return address;
  address.v4 = false;
  if (inet_pton(AF_INET6, copy.c_str(), address.octets.data()) == 1) return address;
  return std::nullopt;
}

bool IpPrefix::Contains(const IpAddress& other) const {
  if (address.v4 != other.v4) return false;
  for (int bit = 0; bit < length; ++bit) {
    if (HasBit(address, bit) != HasBit(other, bit)) return false;
  }
  return true;
}

absl::StatusOr<IpPrefix> ParseIpPrefix(absl::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<IpAddress> address = ParseIpAddress(text.substr(0, slash));
  if (!address) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no prefix: write it as 192.0.2.0/24 or 2001:db8::/32"));
  }
  IpPrefix prefix{*address, address->Bits()};
  if (slash == absl::string_view::npos) return prefix;
  const absl::string_view length = text.substr(slash + 1);
  if (length.empty() || length.size() > 3 ||
      length.find_first_not_of("0123456789") != absl::string_view::npos ||
      !absl::SimpleAtoi(length, &prefix.length) || prefix.length > address->Bits()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": after the slash stands 0 to ",
                                                   address->Bits(), ", the number of bits"));
  }
  for (int bit = prefix.length; bit < address->Bits(); ++bit) {
    if (!HasBit(*address, bit)) continue;
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" has bits set past the first ",
                                                   prefix.length,
                                                   "; clear them, or make the prefix longer"));
  }
  return prefix;
}

}  // namespace postern
