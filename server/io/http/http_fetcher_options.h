// What an operator may say of fetching (O-26).
#ifndef POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_OPTIONS_H_
#define POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/net/ip_address.h"
#include "server/core/revocation/breaker.h"

namespace postern {

// ResponderOptions is what is said of one responder, by its "host:port".
struct ResponderOptions {
  bool disabled = false;
  size_t max_active = 0;  // 0: as for all
};

// HttpFetcherOptions has the defaults of the daemon. CurlFetcher::Create checks it.
struct HttpFetcherOptions {
  // Addresses that may be connected to though they are not global unicast.
  std::vector<IpPrefix> allowed_addresses;
  std::vector<uint16_t> allowed_ports = {80, 443};
  int max_redirects = 1;  // 0 to 5

  // "http://proxy.test:3128" that all requests go through; empty: none. The environment's
  // proxies are never used. With a proxy it is the proxy that looks names up and connects:
  // it must hold back from addresses that are not global. Here only those are then refused
  // that stand in a URL as numbers; the proxy's own address is the operator's choice.
  std::string proxy;

  std::string ca_file;  // PEM, for https; empty: the system's
  std::string user_agent = "Postern";

  absl::Duration connect_timeout = absl::Seconds(5);  // with the name's lookup
  // Of a request once it is asked, with its redirects. Its deadline may come sooner.
  absl::Duration total_timeout = absl::Seconds(60);
  // A transfer slower than this many octets a second for this long is given up.
  int64_t low_speed_bytes = 100;
  absl::Duration low_speed_time = absl::Seconds(10);

  size_t max_url_bytes = 2048;
  size_t max_header_bytes = size_t{16} * 1024;  // of a reply, all together
  size_t max_request_bytes = size_t{64} * 1024;

  size_t max_active = 32;
  size_t max_active_per_responder = 4;
  size_t max_waiting = 4096;
  size_t max_waiting_per_responder = 1024;
  size_t max_responders = 4096;  // whose state is remembered
  size_t max_idle_connections = 16;

  BreakerOptions breaker;
  uint64_t seed = 0;  // of the breaker's jitter; 0: by chance
  std::map<std::string, ResponderOptions> responders;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_OPTIONS_H_
