#include "server/io/answer_memo.h"

#include <openssl/sha.h>

#include <cstring>
#include <iterator>
#include <utility>

namespace postern {
namespace {

// What an entry takes beside its answer: list node, table slot (at most half are
// full), string, control block, and what the allocator adds to each.
constexpr size_t kEntryOverhead = 288;

}  // namespace

AnswerMemo::Key AnswerMemo::KeyOf(Kind kind, absl::string_view question) {
  Key key;
  static_assert(key.size() == SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(question.data()), question.size(), key.data());
  // Two digests that differ in just this are as hard to find as two that are alike.
  key.back() ^= static_cast<uint8_t>(kind);
  return key;
}

size_t AnswerMemo::KeyHash::operator()(const Key& key) const {
  size_t hash;
  std::memcpy(&hash, key.data() + sizeof(hash), sizeof(hash));
  return hash;
}

AnswerMemo::AnswerMemo(size_t max_bytes) : max_shard_bytes_(max_bytes / kShards) {}

size_t AnswerMemo::BytesOf(const Entry& entry) { return entry.answer->size() + kEntryOverhead; }

void AnswerMemo::Shard::Erase(std::list<Entry>::iterator entry) {
  bytes -= BytesOf(*entry);
  by_key.erase(entry->key);
  entries.erase(entry);
}

AnswerMemo::Answer AnswerMemo::Find(const Key& key, absl::Time now) {
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) {
    ++shard.misses;
    return nullptr;
  }
  const std::list<Entry>::iterator entry = found->second;
  if (entry->valid_until <= now) {
    ++shard.misses;
    shard.Erase(entry);
    return nullptr;
  }
  ++shard.hits;
  shard.entries.splice(shard.entries.begin(), shard.entries, entry);
  return entry->answer;
}

void AnswerMemo::Insert(const Key& key, Answer answer, absl::Time valid_until) {
  Entry entry{key, std::move(answer), valid_until};
  const size_t bytes = BytesOf(entry);
  if (bytes > max_shard_bytes_) return;
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  if (const auto found = shard.by_key.find(key); found != shard.by_key.end()) {
    shard.Erase(found->second);
  }
  while (shard.bytes + bytes > max_shard_bytes_) {
    shard.Erase(std::prev(shard.entries.end()));
    ++shard.evictions;
  }
  shard.entries.push_front(std::move(entry));
  shard.by_key[key] = shard.entries.begin();
  shard.bytes += bytes;
}

AnswerMemo::Stats AnswerMemo::GetStats() const {
  Stats stats;
  stats.capacity_bytes = max_shard_bytes_ * kShards;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    stats.entries += shard.entries.size();
    stats.bytes += shard.bytes;
    stats.hits += shard.hits;
    stats.misses += shard.misses;
    stats.evictions += shard.evictions;
  }
  return stats;
}

}  // namespace postern
