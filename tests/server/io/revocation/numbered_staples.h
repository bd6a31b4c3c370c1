// What the writer of the kill test writes, so that the test knows it whole.
#ifndef POSTERN_TESTS_SERVER_IO_REVOCATION_NUMBERED_STAPLES_H_
#define POSTERN_TESTS_SERVER_IO_REVOCATION_NUMBERED_STAPLES_H_

#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace postern {

// NumberedStaple is the n-th, of some hundred to 30,000 bytes: every byte depends on n.
inline std::string NumberedStaple(uint64_t n) {
  std::string bytes = absl::StrCat(n, "\n");
  const size_t size = 100 + n * 7919 % 30'000;
  uint64_t state = n;
  while (bytes.size() < size) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    bytes += static_cast<char>(state >> 56);
  }
  return bytes;
}

// NumberOf returns its number; 0 if it is not whole.
inline uint64_t NumberOf(const std::string& bytes) {
  const uint64_t n = std::strtoull(bytes.c_str(), nullptr, 10);
  return n != 0 && bytes == NumberedStaple(n) ? n : 0;
}

}  // namespace postern

#endif  // POSTERN_TESTS_SERVER_IO_REVOCATION_NUMBERED_STAPLES_H_
