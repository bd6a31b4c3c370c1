// Domain names in the one form that the server uses everywhere: lower case,
// A-labels, no final dot ("." for the root), every byte that is no letter, digit,
// '-' or '_' written as \DDD (RFC 4343, section 2.1). Two names are equal if
// their strings are.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_NAME_H_
#define POSTERN_SERVER_CORE_DNS_NAME_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern {

// kMaxNameOctets is the length of a name on the wire, at most (RFC 1035,
// section 2.3.4), and kMaxLabelOctets that of a label.
inline constexpr size_t kMaxNameOctets = 255;
inline constexpr size_t kMaxLabelOctets = 63;

// kMaxInputBytes is the length of a name that ParseHostName reads, at most:
// U-labels may be longer than their A-labels.
inline constexpr size_t kMaxInputBytes = 1024;

// ParseHostName reads a host or domain name that a person or a worker gave:
// any case, with or without a final dot, U-labels or A-labels (IDNA 2008, not
// transitional). Fails with INVALID_ARGUMENT, in words that name no field,
// where the name is empty, the root, too long, has an empty or over-long label,
// or holds anything but letters, digits, '-' and '_'.
absl::StatusOr<std::string> ParseHostName(absl::string_view text);

// IsHostName tells whether a normal-form name is made of letters, digits, '-'
// and '_' only, and is not the root: whether an MX host may be called so.
bool IsHostName(absl::string_view name);

// IsIpAddress tells whether a name, in normal form or as a person writes it, is
// the text of an IPv4 or IPv6 address.
bool IsIpAddress(absl::string_view text);

// ParseAddressLiteral reads an SMTP address literal, "[192.0.2.1]" or
// "[IPv6:2001:db8::1]" (RFC 5321, section 4.1.3), to the address's normal text.
// Fails with INVALID_ARGUMENT where the brackets hold no address.
absl::StatusOr<std::string> ParseAddressLiteral(absl::string_view text);

// IsAddressLiteral tells whether text begins like an address literal.
inline bool IsAddressLiteral(absl::string_view text) {
  return !text.empty() && text.front() == '[';
}

// TlsaName returns "_port._tcp.base" (RFC 6698, section 3), or an empty string
// where it would be longer than a name can be, so that no such record can exist.
std::string TlsaName(absl::string_view base, uint16_t port);

// IsBelow tells whether a normal-form name is one below another.
bool IsBelow(absl::string_view name, absl::string_view ancestor);

// WireLength returns how many octets a normal-form name takes on the wire.
size_t WireLength(absl::string_view name);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_NAME_H_
