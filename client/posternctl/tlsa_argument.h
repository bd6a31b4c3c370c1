// A TLSA record as it is written on a command line, and in a zone file. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_TLSA_ARGUMENT_H_
#define POSTERN_CLIENT_POSTERNCTL_TLSA_ARGUMENT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "postern/v1/dane.pb.h"

namespace postern::posternctl {

// ParseTlsa reads "U S M HEX" as zone files have it (RFC 6698, section 2.2): three
// numbers from 0 to 255, then hexadecimal digits, which may have spaces between
// them. Fails with INVALID_ARGUMENT, naming the part.
absl::StatusOr<v1::TlsaRecord> ParseTlsa(absl::string_view text);

// RecordData writes "U S M HEX".
std::string RecordData(const v1::TlsaRecord& record);

// TlsaOwner gives the name of a service's TLSA RRset, without the final dot.
std::string TlsaOwner(absl::string_view host, uint32_t port);

// ZoneText gives a record as a line of a zone file, without line break.
std::string ZoneText(absl::string_view host, uint32_t port, const v1::TlsaRecord& record);

// CheckHostName fails with INVALID_ARGUMENT if a name cannot stand in a zone file
// as a host: A-labels of letters, digits, '-' and '_'. One final dot is allowed.
absl::Status CheckHostName(absl::string_view name);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TLSA_ARGUMENT_H_
