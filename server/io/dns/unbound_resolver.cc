#include "server/io/dns/unbound_resolver.h"

#include <functional>
#include <list>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "server/core/dns/zone_guess.h"
#include "server/io/dns/unbound_context.h"

namespace postern {

absl::StatusOr<std::unique_ptr<UnboundResolver>> UnboundResolver::Create(
    const UnboundOptions& options) {
  if (absl::Status status = CheckUnboundOptions(options); !status.ok()) return status;
  std::unique_ptr<UnboundResolver> resolver(new UnboundResolver(options.in_flight_limit));
  for (size_t i = 0; i < options.threads; ++i) {
    absl::StatusOr<std::unique_ptr<UnboundThread>> thread =
        UnboundThread::Create(options, &resolver->counters_);
    if (!thread.ok()) return thread.status();
    resolver->threads_.push_back(*std::move(thread));
  }
  for (const std::unique_ptr<UnboundThread>& thread : resolver->threads_) {
    if (absl::Status status = thread->Start(); !status.ok()) return status;
  }
  return resolver;
}

// All are stopped before one is deleted: a callback on one thread may ask another.
UnboundResolver::~UnboundResolver() {
  for (const std::unique_ptr<UnboundThread>& thread : threads_) thread->Stop();
}

void UnboundResolver::Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
                              Callback done) {
  counters_.questions.fetch_add(1, std::memory_order_relaxed);
  std::list<UnboundQuestion> one;
  one.emplace_back(question, deadline, generation, std::move(done));
  if (counters_.in_flight.fetch_add(1) >= in_flight_limit_) {
    counters_.in_flight.fetch_sub(1);
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    one.front().Fail(DnsFailure::kOverload, "too many questions in flight");
    return;
  }
  const size_t hash = std::hash<std::string_view>()(GuessZone(question));
  threads_[hash % threads_.size()]->Ask(std::move(one));
}

ResolverStats UnboundResolver::Stats() const {
  ResolverStats stats;
  stats.threads = threads_.size();
  stats.in_flight = counters_.in_flight.load();
  stats.in_flight_limit = in_flight_limit_;
  stats.questions = counters_.questions.load(std::memory_order_relaxed);
  stats.timeouts = counters_.timeouts.load(std::memory_order_relaxed);
  stats.refused = counters_.refused.load(std::memory_order_relaxed);
  return stats;
}

}  // namespace postern
