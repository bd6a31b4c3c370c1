#include "server/core/net/address_class.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

namespace postern {
namespace {

struct Block {
  std::array<uint8_t, 16> start;
  int length;
  AddressClass kind;
};

// The first that fits counts.
constexpr Block kV4Blocks[] = {
    {{0, 0, 0, 0}, 32, AddressClass::kUnspecified},
    {{0}, 8, AddressClass::kThisNetwork},
    {{10}, 8, AddressClass::kPrivate},
    {{100, 64}, 10, AddressClass::kSharedCgnat},
    {{127}, 8, AddressClass::kLoopback},
    {{169, 254}, 16, AddressClass::kLinkLocal},
    {{172, 16}, 12, AddressClass::kPrivate},
    {{192, 0, 0}, 24, AddressClass::kReserved},       // protocol assignments, RFC 6890
    {{192, 0, 2}, 24, AddressClass::kDocumentation},  // TEST-NET-1
    {{192, 31, 196}, 24, AddressClass::kReserved},    // AS112, RFC 7535
    {{192, 52, 193}, 24, AddressClass::kReserved},    // AMT, RFC 7450
    {{192, 88, 99}, 24, AddressClass::kReserved},     // 6to4 relays, RFC 7526
    {{192, 168}, 16, AddressClass::kPrivate},
    {{192, 175, 48}, 24, AddressClass::kReserved},  // AS112, RFC 7534
    {{198, 18}, 15, AddressClass::kBenchmark},
    {{198, 51, 100}, 24, AddressClass::kDocumentation},  // TEST-NET-2
    {{203, 0, 113}, 24, AddressClass::kDocumentation},   // TEST-NET-3
    {{224}, 4, AddressClass::kMulticast},
    {{233, 252, 0}, 24, AddressClass::kDocumentation},
    {{240}, 4, AddressClass::kReserved},  // with the limited broadcast
};

constexpr Block kV6Blocks[] = {
    {{}, 128, AddressClass::kUnspecified},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, AddressClass::kLoopback},
    {{0xfc}, 7, AddressClass::kUniqueLocal},
    {{0xfe, 0x80}, 10, AddressClass::kLinkLocal},
    {{0xfe, 0xc0}, 10, AddressClass::kSiteLocal},
    {{0xff}, 8, AddressClass::kMulticast},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, AddressClass::kEmbedded},  // RFC 8215
    {{0x20, 0x01, 0x0d, 0xb8}, 32, AddressClass::kDocumentation},
    {{0x3f, 0xff}, 20, AddressClass::kDocumentation},
    {{0x20, 0x01, 0x00, 0x02, 0x00, 0x00}, 48, AddressClass::kBenchmark},
    {{0x20, 0x01}, 23, AddressClass::kReserved},  // protocol assignments; Teredo came before
    {{0x26, 0x20, 0x00, 0x4f, 0x80, 0x00}, 48, AddressClass::kReserved},  // AS112
    {{0x5f}, 16, AddressClass::kReserved},                                // SRv6 SIDs, RFC 9602
};

constexpr Block kGlobalUnicast = {{0x20}, 3, AddressClass::kGlobal};

IpPrefix PrefixOf(const Block& block, bool v4) {
  IpPrefix prefix;
  prefix.address.v4 = v4;
  prefix.address.octets = block.start;
  prefix.length = block.length;
  return prefix;
}

bool StartsWith(const IpAddress& address, std::initializer_list<uint8_t> start) {
  return std::equal(start.begin(), start.end(), address.octets.begin());
}

AddressClass ClassifyV4(const IpAddress& address) {
  for (const Block& block : kV4Blocks) {
    if (PrefixOf(block, /*v4=*/true).Contains(address)) return block.kind;
  }
  return AddressClass::kGlobal;
}

// ClassOfEmbedded judges the IPv4 address in an IPv6 address that leads to it.
AddressClass ClassOfEmbedded(const IpAddress& inside) {
  return ClassifyV4(inside) == AddressClass::kGlobal ? AddressClass::kGlobal
                                                     : AddressClass::kEmbedded;
}

AddressClass ClassifyTeredo(const IpAddress& address) {
  // RFC 4380, section 4: the server's address, flags, port, and the client's address
  // with its bits turned round.
  std::array<uint8_t, 4> client;
  for (int i = 0; i < 4; ++i) client[i] = static_cast<uint8_t>(~address.octets[12 + i]);
  const AddressClass server = ClassOfEmbedded(Ipv4FromOctets(&address.octets[4]));
  return server == AddressClass::kGlobal ? ClassOfEmbedded(Ipv4FromOctets(client.data())) : server;
}

AddressClass ClassifyV6(const IpAddress& address) {
  if (StartsWith(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) {
    return ClassOfEmbedded(Ipv4FromOctets(&address.octets[12]));
  }
  if (StartsWith(address, {0x20, 0x02})) {
    return ClassOfEmbedded(Ipv4FromOctets(&address.octets[2]));
  }
  if (StartsWith(address, {0x20, 0x01, 0, 0})) return ClassifyTeredo(address);
  for (const Block& block : kV6Blocks) {
    if (PrefixOf(block, /*v4=*/false).Contains(address)) return block.kind;
  }
  // v4-mapped, v4-compatible, and the translated ::ffff:0:a.b.c.d of RFC 2765.
  if (StartsWith(address, {0, 0, 0, 0, 0, 0, 0, 0})) return AddressClass::kEmbedded;
  return PrefixOf(kGlobalUnicast, /*v4=*/false).Contains(address) ? AddressClass::kGlobal
                                                                  : AddressClass::kReserved;
}

}  // namespace

const char* AddressClassName(AddressClass kind) {
  switch (kind) {
    case AddressClass::kGlobal:
      return "global";
    case AddressClass::kUnspecified:
      return "unspecified";
    case AddressClass::kThisNetwork:
      return "this network";
    case AddressClass::kLoopback:
      return "loopback";
    case AddressClass::kPrivate:
      return "private";
    case AddressClass::kSharedCgnat:
      return "shared (CGNAT)";
    case AddressClass::kLinkLocal:
      return "link-local";
    case AddressClass::kUniqueLocal:
      return "unique local";
    case AddressClass::kSiteLocal:
      return "site-local";
    case AddressClass::kMulticast:
      return "multicast";
    case AddressClass::kDocumentation:
      return "documentation";
    case AddressClass::kBenchmark:
      return "benchmark";
    case AddressClass::kReserved:
      return "reserved";
    case AddressClass::kEmbedded:
      return "IPv4 in IPv6";
  }
  return "unknown";
}

AddressClass ClassifyAddress(const IpAddress& address) {
  return address.v4 ? ClassifyV4(address) : ClassifyV6(address);
}

bool MayConnect(const IpAddress& address, const std::vector<IpPrefix>& allowed) {
  return ClassifyAddress(address) == AddressClass::kGlobal ||
         std::any_of(allowed.begin(), allowed.end(),
                     [&address](const IpPrefix& prefix) { return prefix.Contains(address); });
}

}  // namespace postern
