#include "server/io/fresh_resolver.h"

#include <string>

#include "absl/status/statusor.h"

namespace postern {
namespace {

// Enough for one question.
constexpr size_t kCacheBytes = size_t{1} << 20;
constexpr size_t kInFlight = 16;

UnboundOptions ForOneQuestion(UnboundOptions options) {
  options.threads = 1;
  options.cache_bytes = kCacheBytes;
  options.in_flight_limit = kInFlight;
  return options;
}

}  // namespace

FreshResolver::FreshResolver(UnboundOptions options)
    : options_(ForOneQuestion(std::move(options))) {}

void FreshResolver::Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
                            Callback done) {
  absl::StatusOr<std::unique_ptr<UnboundResolver>> fresh = UnboundResolver::Create(options_);
  if (!fresh.ok()) {
    DnsAnswer failed;
    failed.failure = DnsFailure::kOverload;
    failed.detail = std::string(fresh.status().message());
    return done(std::move(failed));
  }
  std::unique_ptr<UnboundResolver> before;  // goes after the lock: it calls back
  MutexLock lock(mutex_);
  before = std::exchange(last_, *std::move(fresh));
  last_->Resolve(question, deadline, generation, std::move(done));
}

ResolverStats FreshResolver::Stats() const {
  MutexLock lock(mutex_);
  return last_ == nullptr ? ResolverStats() : last_->Stats();
}

}  // namespace postern
