// The validating resolver, as everything above it sees it.
#ifndef POSTERN_SERVER_IO_DNS_RESOLVER_H_
#define POSTERN_SERVER_IO_DNS_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "server/core/dns/answer.h"

namespace postern {

// ResolverStats counts since the start, but for what is "now".
struct ResolverStats {
  size_t threads = 0;
  size_t in_flight = 0;  // now
  size_t in_flight_limit = 0;
  uint64_t questions = 0;
  uint64_t timeouts = 0;
  uint64_t refused = 0;
};

// Resolver answers DNS questions, validated.
//
// Thread safe. An implementation validates by itself: it does not believe an
// upstream's AD bit (RFC 7672, section 2.1.1; RFC 4035, section 4.9.3).
class Resolver {
 public:
  // Callback gets the answer, exactly once. It runs on a resolver thread, or,
  // for an answer that needs no waiting, inside Resolve: it must not block, and
  // may call Resolve.
  using Callback = std::function<void(DnsAnswer)>;

  virtual ~Resolver() = default;

  // Resolve asks a question. The answer comes at the latest at the deadline:
  // then, as kFailed with kTimeout. With too many questions in flight it comes
  // at once, as kFailed with kOverload.
  //
  // An answer may come from memory, with what is left of its TTL. Memory is kept
  // apart for even and odd generations: who wants to renew an answer before it
  // ends asks in the other generation than the one that it came from.
  virtual void Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
                       Callback done) = 0;

  virtual ResolverStats Stats() const = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_RESOLVER_H_
