// Dates in HTTP headers (RFC 9110, section 5.6.7).
#ifndef POSTERN_SERVER_CORE_NET_HTTP_DATE_H_
#define POSTERN_SERVER_CORE_NET_HTTP_DATE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// ParseHttpDate reads the three forms; years 1970 to 9999. `now` decides the century of
// the form with two digits: the year is at most 50 ahead.
std::optional<absl::Time> ParseHttpDate(absl::string_view value, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_HTTP_DATE_H_
