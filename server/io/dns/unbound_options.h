// What the resolver on libunbound is told. Plain values, filled by who reads the
// configuration.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_OPTIONS_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_OPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace postern {

// UpstreamZone sends the questions of a zone to given name servers.
struct UpstreamZone {
  std::string zone;  // "example.org"; "." for all
  // IPv4 or IPv6 addresses, with "@port" where it is not 53: "127.0.0.1@5300".
  std::vector<std::string> addresses;
};

// UseIpv6 says whether name servers are asked over IPv6.
enum class UseIpv6 {
  kAuto,  // if the machine has a route to the IPv6 Internet when it starts
  kYes,
  kNo,
};

inline constexpr size_t kMaxUnboundThreads = 64;

// kMinUnboundCacheBytes is what the caches of one thread take, at least.
inline constexpr size_t kMinUnboundCacheBytes = size_t{256} << 10;

// UnboundOptions holds for each thread alike, but for what is said to be a total.
struct UnboundOptions {
  size_t threads = 2;  // 1 to kMaxUnboundThreads
  // Questions that libunbound has not finished with: a total, up to 1048576. Beyond,
  // kOverload. It also bounds the sockets, see MaxUnboundFiles.
  size_t in_flight_limit = 8192;
  // Bytes of libunbound's message, RRset, key and negative caches: a total. At
  // least kMinUnboundCacheBytes a thread.
  size_t cache_bytes = size_t{64} << 20;

  // Whether the root is validated with the keys in root_anchors.h.
  bool use_root_anchors = true;
  // Further anchors, DS or DNSKEY records in presentation form:
  // "example. IN DS 20326 8 2 E06D...".
  std::vector<std::string> trust_anchors;
  // Files of such records, one a line. Read for each context that is made: at the start,
  // and by a FreshResolver for each question.
  std::vector<std::string> trust_anchor_files;

  // Zones whose authoritative servers are given here instead of by delegation.
  std::vector<UpstreamZone> stub_zones;
  // Zones that a recursive resolver is asked for. It must hand on DNSSEC records;
  // it is not believed (rule D-2).
  std::vector<UpstreamZone> forwarders;
  // A file in place of the compiled-in addresses of the root's servers; empty: none.
  std::string root_hints_file;

  UseIpv6 ipv6 = UseIpv6::kAuto;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_OPTIONS_H_
