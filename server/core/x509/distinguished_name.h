// Whether two names of a directory are the same (RFC 5280, section 7.1).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_X509_DISTINGUISHED_NAME_H_
#define POSTERN_SERVER_CORE_X509_DISTINGUISHED_NAME_H_

#include "absl/strings/string_view.h"

namespace postern {

// IsSameName compares the contents of two Names as OpenSSL does for chains: without
// regard to the kind of a string, to case, and to runs of spaces. Names with more
// than kMaxNameParts parts, or 4096 octets, are the same only if their octets are.
bool IsSameName(absl::string_view a, absl::string_view b);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_DISTINGUISHED_NAME_H_
