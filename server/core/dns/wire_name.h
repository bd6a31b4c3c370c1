// Names in a DNS message, from the wire to normal form (RFC 1035, section 4.1.4;
// the form is that of dns/name.h). For dns/message.cc.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_WIRE_NAME_H_
#define POSTERN_SERVER_CORE_DNS_WIRE_NAME_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace postern {

// ReadWireName reads the name that begins at *offset, sets *name to its normal
// form and *offset to the octet after it. Returns false, with both undefined,
// where the bytes are no name: out of bounds, longer than 255 octets, a label type
// that is not in use, or a compression pointer that does not point backwards.
//
// Each pointer must point before the labels that led to it, so that the work is
// bounded by the length of a name, whatever the message holds.
bool ReadWireName(absl::Span<const uint8_t> message, size_t* offset, std::string* name);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_WIRE_NAME_H_
