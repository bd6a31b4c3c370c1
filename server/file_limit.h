// Open files: how many this process may have, and whether they are enough.
//
// gRPC's listener stops for good when accept fails for want of a file descriptor
// (CVE-2023-4785), so that it must not come to that. Thread safe.
#ifndef POSTERN_SERVER_FILE_LIMIT_H_
#define POSTERN_SERVER_FILE_LIMIT_H_

#include <cstddef>

#include "absl/status/status.h"

namespace postern {

// kFilesBesideResolver are kept for connections and all else but the resolver's sockets.
inline constexpr size_t kFilesBesideResolver = 1024;

// RaiseFileLimit raises the process's limit as far as it may.
void RaiseFileLimit();

// FileLimit returns the limit as it is.
size_t FileLimit();

// CheckFileLimit fails with INVALID_ARGUMENT, which names the numbers and the config keys
// that they come from, where `limit` has no room for the resolver's `resolver_files` and
// kFilesBesideResolver.
absl::Status CheckFileLimit(size_t limit, size_t resolver_files);

}  // namespace postern

#endif  // POSTERN_SERVER_FILE_LIMIT_H_
