// Text of the server, and by way of it of the DNS, made safe for a terminal. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_PRINTABLE_H_
#define POSTERN_CLIENT_POSTERNCTL_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace postern::posternctl {

// Printable gives the text as one line: each control character, line breaks
// included, as a '?', so that no name can steer the terminal or forge a line.
std::string Printable(absl::string_view text);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PRINTABLE_H_
