#include "server/config_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/core/dns/name.h"

namespace postern {
namespace {

using AddressBytes = std::array<unsigned char, 16>;

int Family(const std::string& host, AddressBytes& bytes) {
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return AF_INET;
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return AF_INET6;
  return AF_UNSPEC;
}

bool ParsePort(absl::string_view text, int min, int& port) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(text, &port) && port >= min && port <= 65535;
}

absl::Status NoListenAddress() {
  return absl::InvalidArgumentError(
      "no address to listen on; allowed: HOST:PORT, such as localhost:8425, 192.0.2.1:8425 or "
      "[::1]:8425, with a port from 0 (any free one) to 65535");
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return NoListenAddress();
  ListenAddress address;
  if (!ParsePort(text.substr(colon + 1), 0, address.port)) return NoListenAddress();
  absl::string_view host = text.substr(0, colon);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);
  address.host = std::string(host);

  AddressBytes bytes{};
  const int family = Family(address.host, bytes);
  if (brackets != (family == AF_INET6)) return NoListenAddress();
  if (family == AF_INET) {
    address.loopback = bytes[0] == 127;
  } else if (family == AF_INET6) {
    AddressBytes loopback{};
    loopback.back() = 1;
    address.loopback = bytes == loopback;
  } else {
    if (!ParseHostName(host).ok()) return NoListenAddress();
    address.loopback = absl::EqualsIgnoreCase(host, "localhost");
  }
  return address;
}

absl::Status CheckServerAddress(absl::string_view text) {
  const size_t at = text.find('@');
  AddressBytes bytes{};
  int port = 53;
  if (Family(std::string(text.substr(0, at)), bytes) == AF_UNSPEC ||
      (at != absl::string_view::npos && !ParsePort(text.substr(at + 1), 1, port))) {
    return absl::InvalidArgumentError(
        "no name server's address; allowed: ADDRESS or ADDRESS@PORT, such as 192.0.2.1, "
        "192.0.2.1@5353 or 2001:db8::1@53");
  }
  return absl::OkStatus();
}

}  // namespace postern
