// One shard of the MemoryRateStore: its keys, its recent events, and what it knows of the
// rules.
#ifndef POSTERN_SERVER_IO_RATE_MEMORY_RATE_SHARD_H_
#define POSTERN_SERVER_IO_RATE_MEMORY_RATE_SHARD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "server/core/net/sip_hash.h"
#include "server/core/rate/rate_shape.h"
#include "server/core/rate/rate_verdict.h"
#include "server/io/mutex.h"
#include "server/io/rate/memory_rate_store.h"
#include "server/io/rate/memory_rate_table.h"
#include "server/io/rate/rate_store.h"
#include "server/io/rate/recent_rate_events.h"

namespace postern {

// MemoryRateShard is thread safe. `hash` is of the key, under the store's secret.
class alignas(64) MemoryRateShard {
 public:
  MemoryRateShard(size_t buckets, size_t events, absl::Duration event_memory)
      : table_(buckets), events_(events, event_memory), prefetched_(table_) {}

  // Prefetch begins to bring a key's buckets from memory, with no lock.
  void Prefetch(uint64_t hash) const { prefetched_.Prefetch(hash); }

  void Decide(uint64_t hash, const SipKey& hash_key, const PackedRateKey& key,
              const RateQuestion& question, int64_t now, RateAnswer& answer);
  bool Reset(uint64_t hash, const PackedRateKey& key);

  // Visit calls visit(key, shape, limit, state) for each key.
  template <typename Visitor>
  void Visit(const Visitor& visit) {
    MutexLock lock(mutex_);
    const std::optional<RateShape>* shapes = shapes_.data();
    table_.ForEach([&](const MemoryRateTable::Entry& entry) {
      visit(entry.key(), *shapes[static_cast<size_t>(entry.rule())], entry.limit(), entry.state());
    });
  }

  // Restore makes an entry for a key that is not there yet.
  void Restore(uint64_t hash, const PackedRateKey& key, const RateShape& shape, double limit,
               const RateState& state, int64_t now);

  void AddStats(MemoryRateStore::Stats& stats) const;

 private:
  void LearnShape(const RateQuestion& question) POSTERN_REQUIRES(mutex_);
  std::optional<RateShape>& ShapeRoom(RateRuleId rule) POSTERN_REQUIRES(mutex_);
  MemoryRateTable::Entry Insert(uint64_t hash, const PackedRateKey& key, int64_t now)
      POSTERN_REQUIRES(mutex_);

  mutable Mutex mutex_;
  MemoryRateTable table_ POSTERN_GUARDED_BY(mutex_);
  RecentRateEvents events_ POSTERN_GUARDED_BY(mutex_);
  // By rule; learned from questions, and there for each entry.
  std::vector<std::optional<RateShape>> shapes_ POSTERN_GUARDED_BY(mutex_);
  uint64_t evicted_spent_ POSTERN_GUARDED_BY(mutex_) = 0;
  uint64_t evicted_unspent_ POSTERN_GUARDED_BY(mutex_) = 0;
  uint64_t repeated_events_ POSTERN_GUARDED_BY(mutex_) = 0;
  uint64_t evicted_events_ POSTERN_GUARDED_BY(mutex_) = 0;
  // The table's addresses, which do not change.
  const MemoryRateTable& prefetched_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_MEMORY_RATE_SHARD_H_
