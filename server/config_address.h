// Addresses in the configuration file. Pure.
#ifndef POSTERN_SERVER_CONFIG_ADDRESS_H_
#define POSTERN_SERVER_CONFIG_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// ListenAddress is "HOST:PORT" taken apart.
struct ListenAddress {
  std::string host;  // a name, or an address without brackets
  int port = 0;      // 0: any free port
  // True for "localhost", 127.0.0.0/8 and ::1: nothing outside this machine (or
  // this pod) can reach it.
  bool loopback = false;
};

// ParseListenAddress reads "localhost:8425", "192.0.2.1:8425", "[::1]:0".
// INVALID_ARGUMENT says what is wrong and what is allowed.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

// CheckServerAddress checks a name server's address as libunbound reads it:
// "192.0.2.1", "192.0.2.1@53", "2001:db8::1@53".
absl::Status CheckServerAddress(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_ADDRESS_H_
