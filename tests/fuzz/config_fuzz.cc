// ParseConfig on any bytes: an answer, and no more lines of errors than it promises.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "server/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view yaml(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<postern::Config> config = postern::ParseConfig(yaml, "f");
  size_t lines = 1;
  for (const char c : config.status().message()) lines += c == '\n' ? 1 : 0;
  if (lines > 101 || config.status().ok() != config.status().message().empty()) __builtin_trap();
  return 0;
}
