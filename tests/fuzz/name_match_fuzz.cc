// MatchesName with any two texts, a line each, against an implementation that is
// slow and plain: label by label.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/dns/name.h"
#include "server/core/x509/name_match.h"

namespace postern {
namespace {

std::vector<std::string> Labels(absl::string_view name) {
  std::vector<std::string> labels(1);
  for (char c : name) {
    if (c == '.') {
      labels.emplace_back();
    } else {
      labels.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }
  return labels;
}

bool MatchesPlainly(absl::string_view presented, absl::string_view reference) {
  const std::vector<std::string> ours = Labels(presented);
  const std::vector<std::string> theirs = Labels(reference);
  if (ours.size() != theirs.size()) return false;
  for (size_t i = 0; i < ours.size(); ++i) {
    if (i == 0 && ours[0] == "*" && ours.size() > 1) continue;
    if (ours[i] != theirs[i]) return false;
  }
  return true;
}

void Check(absl::string_view bytes) {
  const size_t line = bytes.find('\n');
  if (line == absl::string_view::npos) return;
  const absl::StatusOr<std::string> reference = ParseHostName(bytes.substr(line + 1));
  if (!reference.ok()) return;
  const absl::string_view presented = bytes.substr(0, line);
  if (MatchesName(presented, *reference) != MatchesPlainly(presented, *reference)) abort();
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
