// Text that may be sent: a message's strings must be UTF-8, or the server cannot read the
// message at all, nor say which field is wrong. Pure.
#ifndef POSTERN_CLIENT_UTF8_H_
#define POSTERN_CLIENT_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace postern {

// Utf8Prefix gives how many bytes of the text, from its beginning, are UTF-8 (RFC 3629);
// text.size() if all are.
size_t Utf8Prefix(absl::string_view text);

// WhyNotUtf8 says, of a domain, where it stops being UTF-8 and what to do; "" if it is.
std::string WhyNotUtf8(absl::string_view domain);

// CheckUtf8 fails with INVALID_ARGUMENT, which names the field, if the domain is not UTF-8.
absl::Status CheckUtf8(absl::string_view field, absl::string_view domain);

}  // namespace postern

#endif  // POSTERN_CLIENT_UTF8_H_
