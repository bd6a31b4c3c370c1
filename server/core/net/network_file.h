// A file of address prefixes with a value each, in the syntax of Exim's iplsearch
// (docs/rate.md says what differs):
//
//   # a comment
//   192.0.2.1: 20
//   10.0.0.0/8   100          the colon may be left out
//   "2001:db8::/32": 50       an IPv6 key is quoted
//   203.0.113.0/24: 10
//     shared                  a line that is indented belongs to the one before
//   *: 5                      what has no other line
//
// What a value means is the caller's. Pure, thread safe; work is linear in the text.
#ifndef POSTERN_SERVER_CORE_NET_NETWORK_FILE_H_
#define POSTERN_SERVER_CORE_NET_NETWORK_FILE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/core/net/ip_address.h"

namespace postern {

// kMaxNetworkLineBytes is the length of a line, and of a value with its continuation
// lines, at most; kMaxNetworkErrors is how many errors are told, the others are counted.
inline constexpr size_t kMaxNetworkLineBytes = 1024;
inline constexpr size_t kMaxNetworkErrors = 100;

// NetworkLine is a key and its value.
struct NetworkLine {
  std::optional<IpPrefix> prefix;  // canonical (client_address.h); nothing for "*"
  std::string value;               // may be empty
  int line = 0;                    // where the key stands, from 1
};

// ReadNetworkFile hands over each key with its value in the order of the file. What
// `take` finds wrong is an error of that line. Returns INVALID_ARGUMENT with all that is
// wrong, a line of text each: "line 7: ..."; what was taken is then to be thrown away.
absl::Status ReadNetworkFile(absl::string_view text,
                             absl::FunctionRef<absl::Status(const NetworkLine&)> take);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_NETWORK_FILE_H_
