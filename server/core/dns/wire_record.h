// The records of a DNS message, bounds and forms checked (RFC 1035, section 3.2).
// For dns/message.cc.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_WIRE_RECORD_H_
#define POSTERN_SERVER_CORE_DNS_WIRE_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"

namespace postern {

// WireRecord is a record of class IN, of one of the types below.
struct WireRecord {
  std::string owner;  // normal form
  RrType type = RrType::kA;
  uint32_t ttl = 0;  // seconds; 0 where the top bit was set (RFC 2181, section 8)

  std::string name;         // CNAME, DNAME: the target; MX: the exchange; normal form
  std::string address;      // A, AAAA: text
  uint16_t preference = 0;  // MX
  uint32_t minimum = 0;     // SOA, seconds
  TlsaRecord tlsa;          // TLSA
};

// WireSignature is what of an RRSIG record bounds the life of the records that it
// covers (RFC 4034, section 3.1; RFC 4035, section 5.3.3).
struct WireSignature {
  std::string owner;  // normal form
  uint16_t covered = 0;
  uint32_t ttl = 0;
  uint32_t original_ttl = 0;
  uint32_t expiration = 0;  // seconds since 1970, modulo 2^32
};

// WireSection is the records of a section that are read.
struct WireSection {
  std::vector<WireRecord> records;
  std::vector<WireSignature> signatures;
};

// ReadSection reads `count` records at *offset and sets *offset to the octet
// after them. It returns those of class IN and of type A, AAAA, CNAME, DNAME, MX,
// NS, SOA, TLSA and RRSIG, and passes over others (NSEC3, ...). An NS record comes without its
// name. Fails with INVALID_ARGUMENT, naming the record by its place in the section, which is called
// `name`.
absl::StatusOr<WireSection> ReadSection(absl::Span<const uint8_t> message, size_t* offset,
                                        int count, const char* name);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_WIRE_RECORD_H_
