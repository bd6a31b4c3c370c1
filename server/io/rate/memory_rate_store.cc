#include "server/io/rate/memory_rate_store.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_shape.h"
#include "server/core/rate/rate_verdict.h"
#include "server/io/rate/memory_rate_shard.h"
#include "server/io/rate/memory_rate_table.h"

namespace postern {
namespace {

constexpr size_t kMinCapacity = 1000;
constexpr size_t kMaxCapacity = 500'000'000;
constexpr size_t kMaxShards = 64;
constexpr size_t kBytesAKey = 40;
// Room for what a shard learns of rules: some rules' worth.
constexpr size_t kShardBytes = sizeof(MemoryRateShard) + sizeof(void*) + 1024;

uint64_t HashOf(const SipKey& hash_key, const PackedRateKey& key) {
  const std::array<uint64_t, 3> words = {key.address[0], key.address[1], key.tag};
  return SipHash(hash_key, absl::string_view(reinterpret_cast<const char*>(words.data()), 24));
}

bool Louder(const RatedKey& a, const RatedKey& b) { return a.rate > b.rate; }

}  // namespace

absl::StatusOr<std::unique_ptr<MemoryRateStore>> MemoryRateStore::Create(const Options& options) {
  if (options.capacity < kMinCapacity || options.capacity > kMaxCapacity) {
    return absl::InvalidArgumentError(absl::StrCat("capacity is ", options.capacity,
                                                   "; it has to be ", kMinCapacity, " to ",
                                                   kMaxCapacity, " keys"));
  }
  if (options.events > kMaxCapacity) {
    return absl::InvalidArgumentError(
        absl::StrCat("events is ", options.events, "; it has to be at most ", kMaxCapacity));
  }
  if (options.event_memory < absl::Seconds(1) || options.event_memory > absl::Hours(1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "event_memory is ", absl::FormatDuration(options.event_memory), "; it has to be 1s to 1h"));
  }
  SipKey hash_key;
  if (options.hash_key) {
    hash_key = *options.hash_key;
  } else if (RAND_bytes(reinterpret_cast<uint8_t*>(&hash_key), sizeof(hash_key)) != 1) {
    return absl::InternalError("no random bytes for the key of the hash");
  }
  const size_t shards = std::clamp<size_t>(options.capacity / 8192, 1, kMaxShards);
  return std::unique_ptr<MemoryRateStore>(new MemoryRateStore(options, hash_key, shards));
}

MemoryRateStore::MemoryRateStore(const Options& options, const SipKey& hash_key, size_t shards)
    : hash_key_(hash_key) {
  const size_t bytes = options.capacity / shards * kBytesAKey - kShardBytes;
  for (size_t i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<MemoryRateShard>(
        bytes / MemoryRateTable::kBucketBytes, options.events / shards, options.event_memory));
  }
}

MemoryRateStore::~MemoryRateStore() = default;

MemoryRateShard& MemoryRateStore::ShardOf(uint64_t hash) const {
  return *shards_[(hash >> 56) * shards_.size() >> 8];
}

bool MemoryRateStore::Decide(absl::Span<const RateQuestion> questions, int64_t now,
                             absl::Span<RateAnswer> answers, RateWaiter* /*waiter*/) {
  if (questions.size() == 1) {
    const RateQuestion& question = questions[0];
    const PackedRateKey key = PackRateKey({question.rule_id, question.subject.prefix});
    const uint64_t hash = HashOf(hash_key_, key);
    ShardOf(hash).Decide(hash, hash_key_, key, question, now, answers[0]);
    return true;
  }
  DecideBatch(questions, now, answers);
  return true;
}

void MemoryRateStore::DecideBatch(absl::Span<const RateQuestion> questions, int64_t now,
                                  absl::Span<RateAnswer> answers) {
  // What a batch needs is brought from memory while the questions before it are decided.
  constexpr size_t kAtOnce = 16;
  std::array<PackedRateKey, kAtOnce> keys;
  std::array<uint64_t, kAtOnce> hashes;
  for (size_t begin = 0; begin < questions.size(); begin += kAtOnce) {
    const size_t count = std::min(kAtOnce, questions.size() - begin);
    for (size_t i = 0; i < count; ++i) {
      const RateQuestion& question = questions[begin + i];
      keys[i] = PackRateKey({question.rule_id, question.subject.prefix});
      hashes[i] = HashOf(hash_key_, keys[i]);
      ShardOf(hashes[i]).Prefetch(hashes[i]);
    }
    for (size_t i = 0; i < count; ++i) {
      ShardOf(hashes[i]).Decide(hashes[i], hash_key_, keys[i], questions[begin + i], now,
                                answers[begin + i]);
    }
  }
}

void MemoryRateStore::Reset(const RateKey& key, std::function<void(absl::StatusOr<bool>)> done) {
  const PackedRateKey packed = PackRateKey(key);
  const uint64_t hash = HashOf(hash_key_, packed);
  done(ShardOf(hash).Reset(hash, packed));
}

void MemoryRateStore::ListTop(std::optional<RateRuleId> rule, size_t limit, int64_t now,
                              std::function<void(absl::StatusOr<std::vector<RatedKey>>)> done) {
  limit = std::min(limit, kMaxTopKeys);
  std::vector<RatedKey> top;  // a heap, the quietest first
  for (const std::unique_ptr<MemoryRateShard>& shard : shards_) {
    if (limit == 0) break;
    shard->Visit([&](const PackedRateKey& key, const RateShape& shape, double key_limit,
                     const RateState& state) {
      if (rule && static_cast<RateRuleId>(key.tag >> 8) != *rule) return;
      if (IsSpent(shape, key_limit, now, state)) return;
      const RatedKey rated = {UnpackRateKey(key), RateAt(shape, key_limit, now, state)};
      if (top.size() == limit) {
        if (!Louder(rated, top.front())) return;
        std::pop_heap(top.begin(), top.end(), Louder);
        top.pop_back();
      }
      top.push_back(rated);
      std::push_heap(top.begin(), top.end(), Louder);
    });
  }
  std::sort_heap(top.begin(), top.end(), Louder);
  done(std::move(top));
}

RateSnapshot MemoryRateStore::Save(const RateRuleIds& ids, int64_t now, absl::Time wall_now) const {
  RateSnapshot snapshot;
  snapshot.time = wall_now;
  std::array<std::optional<uint8_t>, 256> places;  // of rules in the snapshot
  for (const std::unique_ptr<MemoryRateShard>& shard : shards_) {
    shard->Visit([&](const PackedRateKey& packed, const RateShape& shape, double limit,
                     const RateState& state) {
      if (IsSpent(shape, limit, now, state)) return;
      const RateKey key = UnpackRateKey(packed);
      std::optional<uint8_t>& place = places[static_cast<size_t>(key.rule)];
      if (!place) {
        place = static_cast<uint8_t>(snapshot.rules.size());
        snapshot.rules.push_back({ids.NameOf(key.rule), shape.algorithm, shape.limit.period()});
      }
      snapshot.keys.push_back({*place, key.prefix, limit,
                               std::clamp<int64_t>(now - state.last, 0, kMaxRateAge), state.rate});
    });
  }
  return snapshot;
}

size_t MemoryRateStore::Restore(const RateSnapshot& snapshot, const RateRuleIds& ids, int64_t now,
                                absl::Time wall_now) {
  // Where the wall clock went back, no time passed. A century is as good as any longer time.
  const int64_t passed = absl::ToInt64Nanoseconds(
      std::clamp(wall_now - snapshot.time, absl::ZeroDuration(), absl::Hours(24 * 366 * 100)));
  struct Known {
    RateRuleId id;
    RateShape shape;
  };
  std::vector<std::optional<Known>> known;
  for (const RateSnapshot::Rule& rule : snapshot.rules) {
    const std::optional<RateRuleId> id = ids.Find(rule.name);
    const absl::StatusOr<RateLimit> limit = RateLimit::Create(0, rule.period);
    known.emplace_back();
    if (id && limit.ok()) known.back() = {*id, {rule.algorithm, *limit, std::nullopt, {}}};
  }
  size_t left_out = 0;
  for (const RateSnapshot::Key& key : snapshot.keys) {
    const std::optional<Known>& rule = known[key.rule];
    const RateState state = {now - key.age - passed, key.rate};
    if (!rule || IsSpent(rule->shape, key.limit, now, state)) {
      ++left_out;
      continue;
    }
    const PackedRateKey packed = PackRateKey({rule->id, key.prefix});
    const uint64_t hash = HashOf(hash_key_, packed);
    ShardOf(hash).Restore(hash, packed, rule->shape, key.limit, state, now);
  }
  return left_out;
}

MemoryRateStore::Stats MemoryRateStore::GetStats() const {
  Stats stats;
  for (const std::unique_ptr<MemoryRateShard>& shard : shards_) shard->AddStats(stats);
  stats.bytes += sizeof(*this) + shards_.capacity() * sizeof(void*);
  return stats;
}

}  // namespace postern
