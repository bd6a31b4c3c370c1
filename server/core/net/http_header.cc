#include "server/core/net/http_header.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "server/core/net/http_date.h"

namespace postern {
namespace {

// IsTokenChar is tchar of RFC 9110, section 5.6.2.
bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         (c != '\0' && absl::StrContains("!#$%&'*+-.^_`|~", c));
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar);
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

absl::string_view TrimBlanks(absl::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// EndOfDirective returns where the comma stands that ends the first element of a list,
// past quoted strings.
size_t EndOfDirective(absl::string_view list) {
  bool quoted = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (quoted && list[i] == '\\') {
      ++i;
    } else if (list[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && list[i] == ',') {
      return i;
    }
  }
  return list.size();
}

void TakeDirective(absl::string_view directive, CacheControl* control) {
  const size_t equals = directive.find('=');
  const absl::string_view name = TrimBlanks(directive.substr(0, equals));
  if (absl::EqualsIgnoreCase(name, "no-store")) control->no_store = true;
  if (absl::EqualsIgnoreCase(name, "no-cache")) control->no_cache = true;
  if (!absl::EqualsIgnoreCase(name, "max-age")) return;
  absl::string_view value;
  if (equals != absl::string_view::npos) value = TrimBlanks(directive.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  const absl::Duration age = ParseDeltaSeconds(value).value_or(absl::ZeroDuration());
  control->max_age = std::min(control->max_age.value_or(age), age);
}

}  // namespace

std::optional<absl::Duration> ParseDeltaSeconds(absl::string_view value) {
  value = TrimBlanks(value);
  if (value.empty()) return std::nullopt;
  int64_t seconds = 0;
  const int64_t most = absl::ToInt64Seconds(kLongestDelta);
  for (const char c : value) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    seconds = std::min(seconds * 10 + (c - '0'), most);
  }
  return absl::Seconds(seconds);
}

CacheControl ParseCacheControl(absl::string_view value) {
  CacheControl control;
  while (!value.empty()) {
    const size_t end = EndOfDirective(value);
    TakeDirective(value.substr(0, end), &control);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return control;
}

std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now) {
  if (const auto seconds = ParseDeltaSeconds(value)) return seconds;
  const std::optional<absl::Time> date = ParseHttpDate(value, now);
  if (!date) return std::nullopt;
  return std::min(std::max(*date - now, absl::ZeroDuration()), kLongestDelta);
}

std::string ParseMediaType(absl::string_view value) {
  const absl::string_view type = TrimBlanks(value.substr(0, value.find(';')));
  const size_t slash = type.find('/');
  if (slash == absl::string_view::npos || !IsToken(type.substr(0, slash)) ||
      !IsToken(type.substr(slash + 1))) {
    return "";
  }
  return absl::AsciiStrToLower(type);
}

}  // namespace postern
