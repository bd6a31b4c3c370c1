// From what libunbound calls back with to an answer. For UnboundThread.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_ANSWER_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_ANSWER_H_

#include <cstdint>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"

namespace postern {

// UnboundResult is the arguments of libunbound's event callback.
struct UnboundResult {
  int rcode = 0;     // of libunbound; the packet's own counts only if this is 0
  int security = 0;  // 0 insecure, 1 bogus, 2 secure
  absl::Span<const uint8_t> packet;
  const char* why_bogus = nullptr;
};

// ReadUnboundResult judges a result that came at `now`. Bogus comes first: a bogus
// result has a packet, an rcode of 0 and a TTL, all of them the forger's. The state
// "indeterminate" (RFC 4035, section 4.3) does not occur: libunbound reports a name
// that no trust anchor covers as insecure, which is the same to us (rule D-4).
DnsAnswer ReadUnboundResult(const DnsQuestion& question, const UnboundResult& result,
                            absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_ANSWER_H_
