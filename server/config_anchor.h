// Trust anchors and root hints in the configuration: their text. Pure.
//
// libunbound takes much that can never validate or lead anywhere (a key tag of 70000, a
// digest that is cut short, a file without a record), and does not say in which line it
// found what it refuses. So this looks first, and says.
#ifndef POSTERN_SERVER_CONFIG_ANCHOR_H_
#define POSTERN_SERVER_CONFIG_ANCHOR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace postern {

// CheckTrustAnchor checks one DS (RFC 4034, section 5.3) or DNSKEY record (section 2.2)
// in zone file text: OWNER [TTL] [IN] DS|DNSKEY DATA. Returns what is wrong and what is
// allowed, empty if nothing.
std::string CheckTrustAnchor(absl::string_view record);

// CheckTrustAnchorFile checks the text of a zone file of such records. Records that
// take several lines, or their owner from the line before, are left to libunbound.
// Returns what is wrong, with the line of that file.
std::string CheckTrustAnchorFile(absl::string_view text);

// CheckRootHints checks that a root hints file names a server of the root.
std::string CheckRootHints(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_ANCHOR_H_
