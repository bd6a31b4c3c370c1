#include "server/io/dns/unbound_upstreams.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <unbound.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

// Splits "address@port"; false where it is neither an IPv4 nor an IPv6 address, or
// the port no port.
bool ParseAddress(const std::string& text, bool* is_loopback) {
  const size_t at = text.find('@');
  const std::string host = text.substr(0, at);
  if (at != std::string::npos) {
    uint32_t port = 0;
    if (!absl::SimpleAtoi(text.substr(at + 1), &port) || port == 0 || port > 65535) return false;
  }
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    *is_loopback = ntohl(v4.s_addr) >> 24 == 127;
    return true;
  }
  in6_addr v6;
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) return false;
  *is_loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  return true;
}

bool AnyLoopback(const std::vector<UpstreamZone>& zones) {
  for (const UpstreamZone& zone : zones) {
    for (const std::string& address : zone.addresses) {
      bool is_loopback = false;
      if (ParseAddress(address, &is_loopback) && is_loopback) return true;
    }
  }
  return false;
}

// There is a call for a root forwarder only; a forward-zone clause does the same for
// any zone. The "file" is memory: nothing is written.
absl::Status AddForwarders(ub_ctx* context, const std::vector<UpstreamZone>& zones) {
  std::string clauses;
  for (const UpstreamZone& zone : zones) {
    // Both are checked: no byte of them means anything to the parser.
    absl::StrAppend(&clauses, "forward-zone:\n name: \"", zone.zone, "\"\n");
    for (const std::string& address : zone.addresses) {
      absl::StrAppend(&clauses, " forward-addr: ", address, "\n");
    }
  }
  const int fd = memfd_create("forwarders", MFD_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, "forwarders: memfd_create");
  absl::Status status;
  if (write(fd, clauses.data(), clauses.size()) != static_cast<ssize_t>(clauses.size())) {
    status = absl::ErrnoToStatus(errno, "forwarders: cannot write to memory");
  } else if (int error = ub_ctx_config(context, absl::StrCat("/proc/self/fd/", fd).c_str());
             error != 0) {
    status = absl::InvalidArgumentError(
        absl::StrCat("forwarders: libunbound refuses them: ", ub_strerror(error)));
  }
  close(fd);
  return status;
}

}  // namespace

absl::Status CheckZoneName(absl::string_view option, const std::string& zone) {
  const auto plain = [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '/';
  };
  const bool dots = absl::StrContains(zone, "..") || (zone.size() > 1 && zone.front() == '.');
  if (!zone.empty() && zone.size() <= 254 && !dots &&
      std::all_of(zone.begin(), zone.end(), plain)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(option, ": \"", zone, "\" is no zone; write \"example.org\", or \".\" for all"));
}

absl::Status CheckUpstreams(absl::string_view option, const std::vector<UpstreamZone>& zones) {
  for (const UpstreamZone& zone : zones) {
    if (absl::Status status = CheckZoneName(option, zone.zone); !status.ok()) return status;
    if (zone.addresses.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(option, ": zone \"", zone.zone, "\" has no address"));
    }
    for (const std::string& address : zone.addresses) {
      bool ignored = false;
      if (ParseAddress(address, &ignored)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(option, ": \"", address,
                       "\" is no address; write \"192.0.2.53\" or \"2001:db8::53@5300\""));
    }
  }
  return absl::OkStatus();
}

bool HasLoopbackUpstream(const UnboundOptions& options) {
  return AnyLoopback(options.stub_zones) || AnyLoopback(options.forwarders);
}

absl::Status AddUpstreams(ub_ctx* context, const UnboundOptions& options) {
  for (const UpstreamZone& zone : options.stub_zones) {
    for (const std::string& address : zone.addresses) {
      if (int error = ub_ctx_set_stub(context, zone.zone.c_str(), address.c_str(),
                                      /*isprime=*/0);
          error != 0) {
        return absl::InvalidArgumentError(absl::StrCat("stub_zones: libunbound refuses ", zone.zone,
                                                       " at ", address, ": ", ub_strerror(error)));
      }
    }
  }
  return options.forwarders.empty() ? absl::OkStatus() : AddForwarders(context, options.forwarders);
}

}  // namespace postern
