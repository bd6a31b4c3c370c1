// What "probe" is pointed at: HOST[:PORT]. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_PROBE_TARGET_H_
#define POSTERN_CLIENT_POSTERNCTL_PROBE_TARGET_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern::posternctl {

// ProbeTarget is a host, or a domain, and a port.
struct ProbeTarget {
  // A name, or an address literal as SMTP writes it, such as [IPv6:2001:db8::1].
  std::string host;
  uint16_t port = 25;
};

// ParseProbeTarget reads HOST[:PORT]. Whether the host is one is the server's to
// judge. Fails with INVALID_ARGUMENT if the host is empty, the port is none, or an
// IPv6 address stands without brackets.
absl::StatusOr<ProbeTarget> ParseProbeTarget(absl::string_view text, uint16_t default_port);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PROBE_TARGET_H_
