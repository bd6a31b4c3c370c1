#include "server/io/dns/fresh_resolver.h"

#include <string>
#include <utility>

namespace postern {

void FreshResolver::Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
                            Callback done) {
  absl::StatusOr<std::unique_ptr<Resolver>> fresh = factory_();
  if (!fresh.ok()) {
    DnsAnswer answer;
    answer.canonical_name = question.name;
    answer.detail = std::string(fresh.status().message());
    return done(std::move(answer));
  }
  std::unique_ptr<Resolver> old = *std::move(fresh);
  MutexLock lock(mutex_);
  last_.swap(old);
  old.reset();  // calls back what it has not answered
  last_->Resolve(question, deadline, generation, std::move(done));
}

ResolverStats FreshResolver::Stats() const {
  MutexLock lock(mutex_);
  return last_ != nullptr ? last_->Stats() : ResolverStats();
}

}  // namespace postern
