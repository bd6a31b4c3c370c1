// Files that an operator names.
#ifndef POSTERN_SERVER_IO_FILE_H_
#define POSTERN_SERVER_IO_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace postern {

// ReadFile reads a whole regular file. Fails, in words that begin with the path,
// where it cannot be read or is longer than max_bytes.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t max_bytes);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_FILE_H_
