// A RateStore in this process's memory: sharded, of a fixed capacity, at most 40 bytes a
// key all told. It always answers at once.
//
// A key that may be forgotten without any event noticing (rate_shape.h) makes room when
// room is needed. Where none may, that of 14 goes which is furthest from its limit: keys
// that are over stay, whatever number of other clients comes.
#ifndef POSTERN_SERVER_IO_RATE_MEMORY_RATE_STORE_H_
#define POSTERN_SERVER_IO_RATE_MEMORY_RATE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/net/sip_hash.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_snapshot.h"
#include "server/io/rate/rate_rule_ids.h"
#include "server/io/rate/rate_store.h"

namespace postern {

class MemoryRateShard;

// MemoryRateStore is thread safe.
class MemoryRateStore : public RateStore {
 public:
  struct Options {
    // Keys, 1000 to 500,000,000.
    size_t capacity = 1'000'000;
    // Events whose ids are remembered, 32 bytes each beside the keys, and how long.
    size_t events = 1 << 18;
    absl::Duration event_memory = absl::Minutes(1);
    // The key of the hash: a random one, if it is not given.
    std::optional<SipKey> hash_key;
  };

  struct Stats {
    uint64_t entries = 0;   // of keys, those that may be forgotten among them
    uint64_t capacity = 0;  // what entries can become
    uint64_t bytes = 0;     // of keys, all told
    uint64_t event_bytes = 0;
    uint64_t evicted_spent = 0;
    uint64_t evicted_unspent = 0;  // keys of which something was lost
    uint64_t repeated_events = 0;
    uint64_t evicted_events = 0;  // ids forgotten before their time
  };

  // Create fails with INVALID_ARGUMENT that names the option.
  static absl::StatusOr<std::unique_ptr<MemoryRateStore>> Create(const Options& options);
  ~MemoryRateStore() override;

  bool Decide(absl::Span<const RateQuestion> questions, int64_t now, absl::Span<RateAnswer> answers,
              RateWaiter* waiter) override;
  void Reset(const RateKey& key, std::function<void(absl::StatusOr<bool>)> done) override;
  void ListTop(std::optional<RateRuleId> rule, size_t limit, int64_t now,
               std::function<void(absl::StatusOr<std::vector<RatedKey>>)> done) override;

  // Save writes down what may not be forgotten. A shard is locked while it is copied.
  RateSnapshot Save(const RateRuleIds& ids, int64_t now, absl::Time wall_now) const;

  // Restore takes keys of a snapshot (which was checked when it was read) whose rules have
  // ids, as if the time since then had passed here. Returns how many were left out: of
  // other rules, or to be forgotten by now. For an empty store, before the first decision.
  size_t Restore(const RateSnapshot& snapshot, const RateRuleIds& ids, int64_t now,
                 absl::Time wall_now);

  Stats GetStats() const;

 private:
  MemoryRateStore(const Options& options, const SipKey& hash_key, size_t shards);

  void DecideBatch(absl::Span<const RateQuestion> questions, int64_t now,
                   absl::Span<RateAnswer> answers);
  MemoryRateShard& ShardOf(uint64_t hash) const;

  const SipKey hash_key_;
  std::vector<std::unique_ptr<MemoryRateShard>> shards_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_MEMORY_RATE_STORE_H_
