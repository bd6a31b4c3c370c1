// File names for what has any name.
#ifndef POSTERN_SERVER_IO_SAFE_FILE_NAME_H_
#define POSTERN_SERVER_IO_SAFE_FILE_NAME_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace postern {

// The longest that SafeFileName returns, which leaves room for endings in 255 bytes.
inline constexpr size_t kMaxSafeFileName = 200;

// SafeFileName returns the name if it is made of letters, digits and "-_+=@,.", does not
// begin with a dot, and is short enough; else one where "%2F" stands for what is not
// allowed, and "%-" and a SHA-256 for the end of what is too long. Different names stay
// different. Not empty: "%" for the empty name. Pure and thread safe.
std::string SafeFileName(absl::string_view name);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_SAFE_FILE_NAME_H_
