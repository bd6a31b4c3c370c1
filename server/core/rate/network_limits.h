// Limits by the client's network, from a file (server/core/net/network_file.h):
//
//   192.0.2.0/24: 100           so much for each client in it
//   198.51.100.0/24: 500 shared  so much for all of it together
//   "2001:db8::/32": unlimited
//   *: 20
//
// Immutable, thread safe.
#ifndef POSTERN_SERVER_CORE_RATE_NETWORK_LIMITS_H_
#define POSTERN_SERVER_CORE_RATE_NETWORK_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/prefix_table.h"

namespace postern {

// NetworkLimit is what a line of the file says.
struct NetworkLimit {
  double limit = 0;        // CheckLimit's range
  bool unlimited = false;  // nothing is over; the limit has no meaning
  bool shared = false;     // one rate for the whole prefix; else one for each client
};

// ParseNetworkLimit reads the value of a line: a number or "unlimited", then nothing,
// "each" or "shared". Fails with INVALID_ARGUMENT that says what to write.
absl::StatusOr<NetworkLimit> ParseNetworkLimit(absl::string_view text);

class NetworkLimits {
 public:
  // Parse reads a file. Fails with INVALID_ARGUMENT, a line of text for each error of the
  // file with its line number (network_file.h), and RESOURCE_EXHAUSTED if it has more
  // lines than a table (prefix_table.h).
  static absl::StatusOr<NetworkLimits> Parse(absl::string_view text, PrefixOrder order);

  // Limits of no network.
  NetworkLimits() = default;

  // Match is what holds for a client.
  struct Match {
    NetworkLimit limit;
    // prefix is the network, or nothing where it is the line "*".
    std::optional<IpPrefix> prefix;
  };

  // Find returns what holds for a canonical address (client_address.h), if anything
  // does. The line "*" holds where no other does, wherever it stands.
  std::optional<Match> Find(const IpAddress& client) const;

  // Size is the number of networks, "*" not counted; Bytes the memory that they take.
  size_t Size() const { return prefixes_.size(); }
  size_t Bytes() const;

 private:
  PrefixTable table_;
  std::vector<IpPrefix> prefixes_;
  std::vector<NetworkLimit> limits_;  // of the prefixes, in the same order
  std::optional<NetworkLimit> default_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_NETWORK_LIMITS_H_
