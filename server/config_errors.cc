#include "server/config_errors.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace postern {

void ConfigErrors::Add(absl::string_view path, int line, absl::string_view what) {
  if (errors_.size() >= kMaxShown) {
    ++not_shown_;
    return;
  }
  std::string text;
  if (!path.empty()) absl::StrAppend(&text, path, ": ");
  if (line > 0) absl::StrAppend(&text, "line ", line, ": ");
  absl::StrAppend(&text, what);
  errors_.push_back({line, std::move(text)});
}

absl::Status ConfigErrors::ToStatus(absl::string_view file_name) const {
  if (errors_.empty()) return absl::OkStatus();
  std::vector<Error> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Error& a, const Error& b) { return a.line < b.line; });
  const std::string prefix = file_name.empty() ? "" : absl::StrCat(file_name, ": ");
  std::string message;
  for (const Error& error : sorted) {
    absl::StrAppend(&message, message.empty() ? "" : "\n", prefix, error.text);
  }
  if (not_shown_ > 0) {
    absl::StrAppend(&message, "\n", prefix, "and ", not_shown_, " more errors, not shown");
  }
  return absl::InvalidArgumentError(message);
}

std::string QuoteForError(absl::string_view text) {
  constexpr size_t kMaxBytes = 60;
  const bool cut = text.size() > kMaxBytes;
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text.substr(0, kMaxBytes)), cut ? "\"..." : "\"");
}

}  // namespace postern
