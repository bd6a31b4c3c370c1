// The one form of a client's address, for whatever counts or looks up clients: a
// v4-mapped address (::ffff:0:0/96, RFC 4291, section 2.5.5.2) and one behind the
// well-known NAT64 prefix (64:ff9b::/96, RFC 6052, section 2.1) are the IPv4 address
// inside.
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_NET_CLIENT_ADDRESS_H_
#define POSTERN_SERVER_CORE_NET_CLIENT_ADDRESS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/core/net/ip_address.h"

namespace postern {

// CanonicalAddress returns the IPv4 address inside, or the address itself.
IpAddress CanonicalAddress(const IpAddress& address);

// ParseClientAddress reads "192.0.2.1" or "2001:db8::1" to the canonical form. Fails
// with INVALID_ARGUMENT, in words that name no field.
absl::StatusOr<IpAddress> ParseClientAddress(absl::string_view text);

// ClientAddressFromBytes takes 4 or 16 octets in network order to the canonical form.
// Fails with INVALID_ARGUMENT at another length.
absl::StatusOr<IpAddress> ClientAddressFromBytes(absl::string_view bytes);

// PrefixOf clears what is past the first `length` bits; more than the address has is
// all of it, and less than 0 is none.
IpPrefix PrefixOf(const IpAddress& address, int length);

// ParseClientPrefix reads "10.0.0.0/8", or an address alone for just that, to the
// canonical form with the bits past the length cleared: what is written as Exim reads
// it. Fails with INVALID_ARGUMENT that says what is wrong.
absl::StatusOr<IpPrefix> ParseClientPrefix(absl::string_view text);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_CLIENT_ADDRESS_H_
