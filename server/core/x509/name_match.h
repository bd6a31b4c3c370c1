// Whether a certificate presents a name (RFC 6125, as RFC 7672, section 3.2.3,
// narrows it).
#ifndef POSTERN_SERVER_CORE_X509_NAME_MATCH_H_
#define POSTERN_SERVER_CORE_X509_NAME_MATCH_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// PresentedNames returns the identifiers that a certificate presents: its DNS-IDs
// or, only where it has none, its CN-ID, which is the last common name. What is
// no text of printing ASCII characters is left out, but counts as a DNS-ID.
std::vector<std::string> PresentedNames(const X509& certificate);

// NamesOfChain returns PresentedNames of the first certificate of a verified chain.
// Where the chain has name constraints, a common name that OpenSSL did not hold to
// them is left out: a wildcard, and a name of one label.
std::vector<std::string> NamesOfChain(absl::Span<const UniqueX509> chain);

// DnsIds returns the DNS-IDs alone, as PresentedNames does.
std::vector<std::string> DnsIds(const X509& certificate);

// MatchesName tells whether a presented identifier is the reference identifier, a
// name in normal form (dns/name.h). A wildcard is the whole left-most label, stands
// for exactly one label, and there is one more label at least.
bool MatchesName(absl::string_view presented, absl::string_view reference);

// FindPresented returns the first reference identifier that is presented, or null.
const std::string* FindPresented(absl::Span<const std::string> presented,
                                 absl::Span<const std::string> references);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_NAME_MATCH_H_
