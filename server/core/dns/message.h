// What a DNS answer packet says to a question (RFC 1035, section 4; RFC 2308;
// RFC 6698, section 2.1). For the resolver, which has validated the packet.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_DNS_MESSAGE_H_
#define POSTERN_SERVER_CORE_DNS_MESSAGE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"

namespace postern {

// kMaxAliases is the number of CNAME records that are followed, at most (RFC
// 7672, section 2.1.3). More of them, or a loop, is DnsFailure::kAliasLoop.
inline constexpr int kMaxAliases = 16;

// ParseAnswer reads the answer to `question` out of a packet whose validation
// gave `state` (kSecure or kInsecure). The result has
// - state, failure and detail: `state` as given; kFailed with kRcode where the
//   response code is neither NOERROR nor NXDOMAIN, with kAliasLoop for a loop;
// - rcode, canonical_name and the records of the question's type at that name. A
//   question for a CNAME is about the record itself: has_alias, nothing followed;
// - ttl: the least of the aliases and records; for a denial, of the aliases and
//   RFC 2308, section 5: min(TTL of the SOA record, its MINIMUM), 0 without one
//   (rule N-2). Where the answer is secure, no longer than its signatures allow at
//   `now` (RFC 4035, section 5.3.3; rule A-24): libunbound trims what it caches, but not
//   the packet that it calls back with;
// - expire_time: `now` and ttl.
//
// Fails with INVALID_ARGUMENT where the packet is no well-formed answer to the
// question: the message says at what. One record that is malformed, in the answer
// or authority section, spoils the message (rule D-14). The additional section is
// not read.
absl::StatusOr<DnsAnswer> ParseAnswer(absl::Span<const uint8_t> packet, const DnsQuestion& question,
                                      DnsState state, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_MESSAGE_H_
