// A resolver that remembers nothing. For ResolverSelfTest.
#ifndef POSTERN_SERVER_IO_DNS_FRESH_RESOLVER_H_
#define POSTERN_SERVER_IO_DNS_FRESH_RESOLVER_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"
#include "server/io/mutex.h"

namespace postern {

// FreshResolver asks each question of a resolver made for it, which has no cache to answer
// from. (libunbound's cache-max-ttl would do the same, but is global to the process: it
// would take the life of every answer of every other resolver as well.)
//
// Thread safe, but not to be asked from a callback. A question that is under way when the
// next one comes ends as kFailed with kOverload.
class FreshResolver final : public Resolver {
 public:
  using Factory = std::function<absl::StatusOr<std::unique_ptr<Resolver>>()>;

  explicit FreshResolver(Factory factory) : factory_(std::move(factory)) {}

  // Where no resolver can be made the answer is kFailed, and tells why.
  void Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
               Callback done) override;
  // Stats are those of the last resolver.
  ResolverStats Stats() const override;

 private:
  const Factory factory_;
  mutable Mutex mutex_;
  std::unique_ptr<Resolver> last_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_FRESH_RESOLVER_H_
