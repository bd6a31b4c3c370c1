// Values of HTTP reply headers (RFC 9110, RFC 9111) that we heed, read from strangers'
// bytes. Pure; work is linear in the value, which the caller bounds.
#ifndef POSTERN_SERVER_CORE_NET_HTTP_HEADER_H_
#define POSTERN_SERVER_CORE_NET_HTTP_HEADER_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// A number of seconds that a header says is taken as at most this (RFC 9111, section
// 1.2.2, would have 2^31).
constexpr absl::Duration kLongestDelta = absl::Hours(24 * 366);

// ParseDeltaSeconds reads digits; more than kLongestDelta is kLongestDelta.
std::optional<absl::Duration> ParseDeltaSeconds(absl::string_view value);

// CacheControl is what we heed of RFC 9111, section 5.2.2.
struct CacheControl {
  bool no_store = false;
  bool no_cache = false;
  // The least, if it is said more than once. 0 if its argument is no number (RFC 9111,
  // section 4.2.1: stale is the safe side).
  std::optional<absl::Duration> max_age;
};

// ParseCacheControl reads one field line; what it does not understand is passed over.
CacheControl ParseCacheControl(absl::string_view value);

// ParseRetryAfter reads seconds or a date (RFC 9110, section 10.2.3), as time from
// `now`: 0 to kLongestDelta.
std::optional<absl::Duration> ParseRetryAfter(absl::string_view value, absl::Time now);

// ParseMediaType returns "type/subtype" in lower case without parameters, or "" if the
// value is none.
std::string ParseMediaType(absl::string_view value);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_HTTP_HEADER_H_
