#include "server/io/rate/memory_lease_store.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace postern {
namespace {

constexpr size_t kShards = 16;

}  // namespace

size_t MemoryLeaseStore::Hash::operator()(const PackedRateKey& key) const {
  const std::array<uint64_t, 3> words = {key.address[0], key.address[1], key.tag};
  return SipHash(hash_key, absl::string_view(reinterpret_cast<const char*>(words.data()), 24));
}

MemoryLeaseStore::MemoryLeaseStore(size_t capacity, const SipKey& hash_key)
    : hash_{hash_key}, shard_capacity_(std::max<size_t>(capacity / kShards, 1)) {
  for (size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(hash_));
}

MemoryLeaseStore::Shard& MemoryLeaseStore::ShardOf(const PackedRateKey& key) {
  return *shards_[hash_(key) >> 60];
}

uint64_t MemoryLeaseStore::IdOf(absl::string_view id) const { return SipHash(hash_.hash_key, id); }

void MemoryLeaseStore::Shard::Drop(std::vector<Lease>& leases, int64_t now) {
  const auto ended = std::remove_if(leases.begin(), leases.end(),
                                    [&](const Lease& lease) { return lease.ends <= now; });
  size -= static_cast<size_t>(leases.end() - ended);
  leases.erase(ended, leases.end());
}

void MemoryLeaseStore::Shard::DropAll(int64_t now) {
  // Where nothing can have ended there is no need to look, however often it is full.
  if (next_end > now) return;
  next_end = std::numeric_limits<int64_t>::max();
  for (auto key = keys.begin(); key != keys.end();) {
    const auto it = key++;
    Drop(it->second, now);
    for (const Lease& lease : it->second) next_end = std::min(next_end, lease.ends);
    if (it->second.empty()) keys.erase(it);
  }
}

LeaseAnswer MemoryLeaseStore::Hold(const LeaseQuestion& question, int64_t now, bool may_begin) {
  using Result = LeaseAnswer::Result;
  const PackedRateKey key = PackRateKey(question.key);
  const uint64_t id = IdOf(question.id);
  const int64_t ends = now + absl::ToInt64Nanoseconds(std::min(question.time, kMaxLeaseTime));
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  if (may_begin && shard.size >= shard_capacity_) shard.DropAll(now);
  const auto it = shard.keys.find(key);
  if (it != shard.keys.end()) {
    shard.Drop(it->second, now);
    for (Lease& lease : it->second) {
      if (lease.id != id) continue;
      lease.ends = ends;
      shard.next_end = std::min(shard.next_end, ends);
      return {Result::kHeld, static_cast<uint32_t>(it->second.size())};
    }
  }
  const size_t held = it == shard.keys.end() ? 0 : it->second.size();
  LeaseAnswer answer = {Result::kGone, static_cast<uint32_t>(held)};
  if (may_begin && held >= question.limit) {
    answer.result = Result::kRefused;
  } else if (may_begin && shard.size >= shard_capacity_) {
    answer.result = Result::kNoRoom;
  } else if (may_begin) {
    shard.keys[key].push_back({id, ends});
    ++shard.size;
    shard.next_end = std::min(shard.next_end, ends);
    return {Result::kHeld, answer.held + 1};
  }
  if (held == 0 && it != shard.keys.end()) shard.keys.erase(it);
  return answer;
}

void MemoryLeaseStore::Acquire(const LeaseQuestion& question, int64_t now, Done done) {
  done(Hold(question, now, true));
}

void MemoryLeaseStore::Renew(const LeaseQuestion& question, int64_t now, Done done) {
  done(Hold(question, now, false));
}

void MemoryLeaseStore::Release(const RateKey& key, absl::string_view id, int64_t now, Done done) {
  const PackedRateKey packed = PackRateKey(key);
  LeaseAnswer answer = {LeaseAnswer::Result::kGone, 0};
  {
    Shard& shard = ShardOf(packed);
    MutexLock lock(shard.mutex);
    const auto it = shard.keys.find(packed);
    if (it != shard.keys.end()) {
      std::vector<Lease>& leases = it->second;
      shard.Drop(leases, now);
      const auto lease = std::find_if(leases.begin(), leases.end(),
                                      [this, id](const Lease& l) { return l.id == IdOf(id); });
      if (lease != leases.end()) {
        answer.result = LeaseAnswer::Result::kHeld;
        leases.erase(lease);
        --shard.size;
      }
      answer.held = static_cast<uint32_t>(leases.size());
      if (leases.empty()) shard.keys.erase(it);
    }
  }
  done(answer);
}

size_t MemoryLeaseStore::Size() const {
  size_t size = 0;
  for (const std::unique_ptr<Shard>& shard : shards_) {
    MutexLock lock(shard->mutex);
    size += shard->size;
  }
  return size;
}

}  // namespace postern
