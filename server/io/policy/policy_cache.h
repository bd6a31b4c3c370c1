// Policies that were looked up, kept until the instant at which they end, as
// the bytes that an answer is made of.
#ifndef POSTERN_SERVER_IO_POLICY_POLICY_CACHE_H_
#define POSTERN_SERVER_IO_POLICY_POLICY_CACHE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/io/clock.h"
#include "server/io/policy/policy_entry.h"
#include "server/io/policy/policy_source.h"

namespace postern {

// PolicyKey names a question in few bytes; the other two read it.
std::string PolicyKey(const PolicyQuestion& question);
absl::string_view PolicyKeyNextHop(absl::string_view key);
PolicyQuestion PolicyKeyQuestion(absl::string_view key);

// PolicyWaiter waits for a policy.
class PolicyWaiter {
 public:
  virtual ~PolicyWaiter() = default;
  // OnPolicy is called exactly once, on any thread; it must not block.
  virtual void OnPolicy(PolicyRef policy) = 0;
  // Cancelled tells whether the policy is not wanted any more; then it stays so.
  virtual bool Cancelled() const = 0;
};

class PolicyCacheShard;
struct PolicyFlight;

// PolicyCache looks policies up once for all who ask meanwhile, keeps them until
// they end, and renews in time what is asked often. What rests on a failure is
// kept as long as its policy says, seconds. Thread safe.
class PolicyCache {
 public:
  using Encoder = std::function<EncodedPolicy(const DomainPolicy&)>;

  struct Options {
    size_t max_bytes = 256 << 20;
    size_t shards = 64;
    // Lookups to renew what has not ended yet, at a time, at most.
    size_t max_refreshes = 256;
  };

  struct Stats {
    uint64_t entries = 0;
    uint64_t bytes = 0;
    uint64_t capacity_bytes = 0;
    uint64_t hits = 0;
    uint64_t misses = 0;
    uint64_t joined = 0;
    uint64_t refreshes = 0;
    uint64_t evictions = 0;
  };

  // `source` and `clock` must outlive the cache, and the source's lookups must
  // have ended before the cache goes.
  PolicyCache(PolicySource& source, const Clock& clock, Encoder encoder, const Options& options);
  ~PolicyCache();

  // Lookup returns what is remembered and has not ended at `now`, or null.
  PolicyRef Lookup(const PolicyQuestion& question, absl::Time now);

  // Fetch brings the policy to `waiter`, by a new lookup or one that is under way.
  void Fetch(const PolicyQuestion& question, std::shared_ptr<PolicyWaiter> waiter);

  // Purge forgets all policies of a next hop, those under way too. Returns how many.
  size_t Purge(absl::string_view next_hop);
  // PurgeAll forgets everything.
  size_t PurgeAll();

  // List returns policies that have not ended at `now`, of one next hop or (where
  // it is empty) of all, at most `limit`.
  std::vector<PolicyRef> List(absl::string_view next_hop, absl::Time now, size_t limit) const;

  Stats GetStats() const;

 private:
  PolicyCacheShard& ShardOf(absl::string_view next_hop) const;
  void Refresh(const PolicyQuestion& question, int generation);
  void Start(const PolicyQuestion& question, const std::shared_ptr<PolicyFlight>& flight);
  void Land(PolicyFlight& flight, const DomainPolicy& policy);

  PolicySource& source_;
  const Clock& clock_;
  const Encoder encoder_;
  const Options options_;
  std::vector<std::unique_ptr<PolicyCacheShard>> shards_;
  std::atomic<size_t> refreshes_in_flight_{0};
  std::atomic<uint64_t> misses_{0};
  std::atomic<uint64_t> joined_{0};
  std::atomic<uint64_t> refreshes_{0};
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_POLICY_POLICY_CACHE_H_
