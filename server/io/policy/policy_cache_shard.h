// One shard of the PolicyCache: entries, their eviction, and lookups under way.
#ifndef POSTERN_SERVER_IO_POLICY_POLICY_CACHE_SHARD_H_
#define POSTERN_SERVER_IO_POLICY_POLICY_CACHE_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/mutex.h"
#include "server/io/policy/policy_cache.h"

namespace postern {

// PolicyFlight is a lookup under way. All but the key is guarded by the shard's mutex.
struct PolicyFlight {
  std::string key;
  absl::string_view next_hop;  // part of key
  int generation = 0;
  bool refresh = false;  // wanted though nobody waits
  bool discard = false;  // purged meanwhile: answer, but do not keep
  std::vector<std::shared_ptr<PolicyWaiter>> waiters;
};

// PolicyCacheShard is thread safe. Entries go by SIEVE: in the order in which
// they came, but those that were asked for since the hand last passed stay.
class PolicyCacheShard {
 public:
  explicit PolicyCacheShard(size_t max_bytes) : max_bytes_(max_bytes) {}

  // Find returns an entry that has not ended. Sets `refresh` where it is time to
  // renew it, once.
  PolicyRef Find(absl::string_view key, absl::Time now, bool& refresh);

  // NotRefreshing notes that an entry is not being renewed after all: it is time again the
  // next time that it is found.
  void NotRefreshing(absl::string_view key);

  // Join adds the waiter to the lookup of `flight.key` that is under way; where
  // none is, `flight` itself begins to be it. Returns true then: the caller starts it.
  bool Join(const std::shared_ptr<PolicyFlight>& flight, std::shared_ptr<PolicyWaiter> waiter);

  // Wanted tells whether anybody waits for the flight. Where nobody does it is
  // taken out, so that nobody joins it any more.
  bool Wanted(const PolicyFlight& flight);

  // Land ends the flight, keeps its entry if it may be kept, and returns who waits. What
  // takes more than an eighth of the shard is not kept: it would drive out too many.
  std::vector<std::shared_ptr<PolicyWaiter>> Land(PolicyFlight& flight, const PolicyRef& entry,
                                                  bool rests_on_failure, absl::Time now);

  // Purge forgets the policies of a next hop, or all.
  size_t Purge(absl::string_view next_hop);
  size_t PurgeAll();

  void List(absl::string_view next_hop, absl::Time now, size_t limit,
            std::vector<PolicyRef>& list) const;

  void AddStats(PolicyCache::Stats& stats) const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(absl::string_view key) const { return absl::Hash<absl::string_view>()(key); }
    size_t operator()(const PolicyRef& entry) const { return (*this)(entry->key()); }
  };
  struct Equal {
    using is_transparent = void;
    static absl::string_view Key(absl::string_view key) { return key; }
    static absl::string_view Key(const PolicyRef& entry) { return entry->key(); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Key(a) == Key(b);
    }
  };

  void Insert(const PolicyRef& entry, absl::Time now) POSTERN_REQUIRES(mutex_);
  void Erase(const PolicyEntry& entry) POSTERN_REQUIRES(mutex_);
  void Evict(absl::Time now) POSTERN_REQUIRES(mutex_);

  const size_t max_bytes_;
  mutable Mutex mutex_;
  absl::flat_hash_set<PolicyRef, Hash, Equal> entries_ POSTERN_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<PolicyFlight>> flights_
      POSTERN_GUARDED_BY(mutex_);
  size_t bytes_ POSTERN_GUARDED_BY(mutex_) = 0;
  const PolicyEntry* newest_ POSTERN_GUARDED_BY(mutex_) = nullptr;
  const PolicyEntry* oldest_ POSTERN_GUARDED_BY(mutex_) = nullptr;
  const PolicyEntry* hand_ POSTERN_GUARDED_BY(mutex_) = nullptr;
  uint64_t hits_ POSTERN_GUARDED_BY(mutex_) = 0;
  uint64_t evictions_ POSTERN_GUARDED_BY(mutex_) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_POLICY_POLICY_CACHE_SHARD_H_
