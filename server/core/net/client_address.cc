#include "server/core/net/client_address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

constexpr size_t kEmbeddingOctets = 12;  // both embedding prefixes are of 96 bits
constexpr int kEmbeddingBits = 96;
constexpr std::array<uint8_t, kEmbeddingOctets> kMapped = {0, 0, 0, 0, 0,    0,
                                                           0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<uint8_t, kEmbeddingOctets> kNat64 = {0, 0x64, 0xff, 0x9b};

bool StartsWith(const IpAddress& address, const std::array<uint8_t, kEmbeddingOctets>& prefix) {
  return !address.v4 && std::equal(prefix.begin(), prefix.end(), address.octets.begin());
}

}  // namespace

IpAddress CanonicalAddress(const IpAddress& address) {
  if (StartsWith(address, kMapped) || StartsWith(address, kNat64)) {
    return Ipv4FromOctets(address.octets.data() + kEmbeddingOctets);
  }
  return address;
}

absl::StatusOr<IpAddress> ParseClientAddress(absl::string_view text) {
  const std::optional<IpAddress> address = ParseIpAddress(text);
  if (!address) {
    return absl::InvalidArgumentError(
        "is no IP address; write 192.0.2.1 or 2001:db8::1, without port, zone or brackets");
  }
  return CanonicalAddress(*address);
}

absl::StatusOr<IpAddress> ClientAddressFromBytes(absl::string_view bytes) {
  const auto* const octets = reinterpret_cast<const uint8_t*>(bytes.data());
  if (bytes.size() == 4) return Ipv4FromOctets(octets);
  if (bytes.size() == 16) return CanonicalAddress(Ipv6FromOctets(octets));
  return absl::InvalidArgumentError(
      absl::StrCat("has ", bytes.size(), " octets; an address has 4 (IPv4) or 16 (IPv6)"));
}

IpPrefix PrefixOf(const IpAddress& address, int length) {
  IpPrefix prefix{address, std::clamp(length, 0, address.Bits())};
  auto octet = prefix.address.octets.begin() + prefix.length / 8;
  if (const int rest = prefix.length % 8; rest != 0) {
    *octet = static_cast<uint8_t>(*octet & (0xff00 >> rest));
    ++octet;
  }
  std::fill(octet, prefix.address.octets.end(), 0);
  return prefix;
}

absl::StatusOr<IpPrefix> ParseClientPrefix(absl::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<IpAddress> address = ParseIpAddress(text.substr(0, slash));
  if (!address) {
    return absl::InvalidArgumentError(
        "is no address or prefix; write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
  }
  int length = address->Bits();
  if (slash != absl::string_view::npos) {
    const absl::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 ||
        digits.find_first_not_of("0123456789") != absl::string_view::npos ||
        !absl::SimpleAtoi(digits, &length) || length > address->Bits()) {
      return absl::InvalidArgumentError(
          absl::StrCat("has no good length; after the slash stands 0 to ", address->Bits(),
                       ", a number of bits"));
    }
  }
  if (StartsWith(*address, kNat64) && length == kEmbeddingBits) {
    return absl::InvalidArgumentError(
        "means every IPv4 address, since a client behind NAT64 is taken for the IPv4 address that "
        "it carries; write 0.0.0.0/0 if that is wanted");
  }
  if (length < kEmbeddingBits) return PrefixOf(*address, length);
  const IpAddress canonical = CanonicalAddress(*address);
  if (canonical.v4 && !address->v4) length -= kEmbeddingBits;
  return PrefixOf(canonical, length);
}

}  // namespace postern
