// A resolver that remembers nothing.
#ifndef POSTERN_SERVER_IO_FRESH_RESOLVER_H_
#define POSTERN_SERVER_IO_FRESH_RESOLVER_H_

#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/mutex.h"
#include "server/io/resolver.h"
#include "server/io/unbound_options.h"
#include "server/io/unbound_resolver.h"

namespace postern {

// FreshResolver asks each question, and the trust anchor's keys, with an
// UnboundResolver made for it, so that the answer shows what the network says now.
// (A cache without TTL would not do: libunbound's cache-max-ttl holds for the whole
// process.) For ResolverSelfTest, which asks once a minute. Thread safe.
class FreshResolver : public Resolver {
 public:
  explicit FreshResolver(UnboundOptions options);

  // Resolve ends a question that is under way, as kFailed, and asks this one. Not
  // from a callback of this resolver.
  void Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
               Callback done) override;
  ResolverStats Stats() const override;

 private:
  const UnboundOptions options_;
  mutable Mutex mutex_;
  std::unique_ptr<UnboundResolver> last_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_FRESH_RESOLVER_H_
