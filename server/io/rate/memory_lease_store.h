// A LeaseStore in this process's memory: sharded, with so many leases at most.
#ifndef POSTERN_SERVER_IO_RATE_MEMORY_LEASE_STORE_H_
#define POSTERN_SERVER_IO_RATE_MEMORY_LEASE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "server/core/net/sip_hash.h"
#include "server/core/rate/rate_key.h"
#include "server/io/mutex.h"
#include "server/io/rate/lease_store.h"
#include "server/io/rate/memory_rate_table.h"

namespace postern {

// MemoryLeaseStore is thread safe. `hash_key` has to be random: strangers choose keys.
class MemoryLeaseStore : public LeaseStore {
 public:
  MemoryLeaseStore(size_t capacity, const SipKey& hash_key);

  void Acquire(const LeaseQuestion& question, int64_t now, Done done) override;
  void Renew(const LeaseQuestion& question, int64_t now, Done done) override;
  void Release(const RateKey& key, absl::string_view id, int64_t now, Done done) override;

  // Size is how many leases are remembered, those that ended unnoticed among them.
  size_t Size() const;

 private:
  struct Lease {
    uint64_t id;  // its hash
    int64_t ends;
  };
  struct Hash {
    SipKey hash_key;
    size_t operator()(const PackedRateKey& key) const;
  };
  struct Shard {
    explicit Shard(const Hash& hash) : keys(0, hash) {}

    // Drop forgets a key's leases that ended; DropAll those of all keys, and the keys too.
    void Drop(std::vector<Lease>& leases, int64_t now) POSTERN_REQUIRES(mutex);
    void DropAll(int64_t now) POSTERN_REQUIRES(mutex);

    mutable Mutex mutex;
    absl::flat_hash_map<PackedRateKey, std::vector<Lease>, Hash> keys POSTERN_GUARDED_BY(mutex);
    size_t size POSTERN_GUARDED_BY(mutex) = 0;
    // No lease ends before.
    int64_t next_end POSTERN_GUARDED_BY(mutex) = std::numeric_limits<int64_t>::max();
  };

  Shard& ShardOf(const PackedRateKey& key);
  uint64_t IdOf(absl::string_view id) const;
  LeaseAnswer Hold(const LeaseQuestion& question, int64_t now, bool may_begin);

  const Hash hash_;
  const size_t shard_capacity_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_MEMORY_LEASE_STORE_H_
