#include "server/io/policy/policy_cache.h"

#include <utility>

#include "absl/hash/hash.h"
#include "server/io/policy/policy_cache_shard.h"

namespace postern {
namespace {

// What begins a key: relay and address flags, mode, port.
constexpr size_t kKeyPrefix = 3;

void AppendPolicyKey(const PolicyQuestion& question, std::string& key) {
  const int mode = question.mode ? 1 + static_cast<int>(*question.mode) : 0;
  const int flags = (question.is_relay ? 1 : 0) | (question.is_address ? 2 : 0) | (mode << 2);
  key.push_back(static_cast<char>(flags));
  key.push_back(static_cast<char>(question.port >> 8));
  key.push_back(static_cast<char>(question.port & 0xff));
  key.append(question.next_hop);
}

}  // namespace

std::string PolicyKey(const PolicyQuestion& question) {
  std::string key;
  key.reserve(kKeyPrefix + question.next_hop.size());
  AppendPolicyKey(question, key);
  return key;
}

absl::string_view PolicyKeyNextHop(absl::string_view key) { return key.substr(kKeyPrefix); }

PolicyQuestion PolicyKeyQuestion(absl::string_view key) {
  PolicyQuestion question;
  const int flags = static_cast<unsigned char>(key[0]);
  question.is_relay = (flags & 1) != 0;
  question.is_address = (flags & 2) != 0;
  if (flags >> 2 != 0) question.mode = static_cast<DaneMode>((flags >> 2) - 1);
  question.port = static_cast<uint16_t>(static_cast<unsigned char>(key[1]) << 8 |
                                        static_cast<unsigned char>(key[2]));
  question.next_hop = std::string(PolicyKeyNextHop(key));
  return question;
}

PolicyCache::PolicyCache(PolicySource& source, const Clock& clock, Encoder encoder,
                         const Options& options)
    : source_(source), clock_(clock), encoder_(std::move(encoder)), options_(options) {
  for (size_t i = 0; i < options.shards; ++i) {
    shards_.push_back(std::make_unique<PolicyCacheShard>(options.max_bytes / options.shards));
  }
}

PolicyCache::~PolicyCache() = default;

PolicyCacheShard& PolicyCache::ShardOf(absl::string_view next_hop) const {
  return *shards_[absl::Hash<absl::string_view>()(next_hop) % shards_.size()];
}

PolicyRef PolicyCache::Lookup(const PolicyQuestion& question, absl::Time now) {
  thread_local std::string key;
  key.clear();
  AppendPolicyKey(question, key);
  bool refresh = false;
  PolicyRef entry = ShardOf(question.next_hop).Find(key, now, refresh);
  if (refresh) Refresh(question, entry->generation_);
  return entry;
}

void PolicyCache::Refresh(const PolicyQuestion& question, int generation) {
  if (refreshes_in_flight_.fetch_add(1) >= options_.max_refreshes) {
    refreshes_in_flight_.fetch_sub(1);
    ShardOf(question.next_hop).NotRefreshing(PolicyKey(question));
    return;
  }
  auto flight = std::make_shared<PolicyFlight>();
  flight->key = PolicyKey(question);
  flight->next_hop = PolicyKeyNextHop(flight->key);
  flight->generation = generation + 1;
  flight->refresh = true;
  if (!ShardOf(question.next_hop).Join(flight, nullptr)) {
    refreshes_in_flight_.fetch_sub(1);
    return;
  }
  refreshes_.fetch_add(1, std::memory_order_relaxed);
  Start(question, flight);
}

void PolicyCache::Fetch(const PolicyQuestion& question, std::shared_ptr<PolicyWaiter> waiter) {
  auto flight = std::make_shared<PolicyFlight>();
  flight->key = PolicyKey(question);
  flight->next_hop = PolicyKeyNextHop(flight->key);
  if (ShardOf(question.next_hop).Join(flight, std::move(waiter))) {
    misses_.fetch_add(1, std::memory_order_relaxed);
    Start(question, flight);
  } else {
    joined_.fetch_add(1, std::memory_order_relaxed);
  }
}

void PolicyCache::Start(const PolicyQuestion& question,
                        const std::shared_ptr<PolicyFlight>& flight) {
  PolicyCacheShard& shard = ShardOf(question.next_hop);
  source_.Find(
      question, flight->generation, [&shard, flight] { return shard.Wanted(*flight); },
      [this, flight](const DomainPolicy& policy) { Land(*flight, policy); });
}

void PolicyCache::Land(PolicyFlight& flight, const DomainPolicy& policy) {
  const absl::Time now = clock_.Now();
  const PolicyRef entry =
      PolicyEntry::Create(flight.key, encoder_(policy), now, policy.expire_time, flight.generation);
  const std::vector<std::shared_ptr<PolicyWaiter>> waiters =
      ShardOf(flight.next_hop).Land(flight, entry, RestsOnFailure(policy), now);
  if (flight.refresh) refreshes_in_flight_.fetch_sub(1);
  for (const std::shared_ptr<PolicyWaiter>& waiter : waiters) waiter->OnPolicy(entry);
}

size_t PolicyCache::Purge(absl::string_view next_hop) { return ShardOf(next_hop).Purge(next_hop); }

size_t PolicyCache::PurgeAll() {
  size_t purged = 0;
  for (const auto& shard : shards_) purged += shard->PurgeAll();
  return purged;
}

std::vector<PolicyRef> PolicyCache::List(absl::string_view next_hop, absl::Time now,
                                         size_t limit) const {
  std::vector<PolicyRef> list;
  if (!next_hop.empty()) {
    ShardOf(next_hop).List(next_hop, now, limit, list);
    return list;
  }
  for (const auto& shard : shards_) shard->List(next_hop, now, limit, list);
  return list;
}

PolicyCache::Stats PolicyCache::GetStats() const {
  Stats stats;
  for (const auto& shard : shards_) shard->AddStats(stats);
  stats.misses = misses_.load(std::memory_order_relaxed);
  stats.joined = joined_.load(std::memory_order_relaxed);
  stats.refreshes = refreshes_.load(std::memory_order_relaxed);
  return stats;
}

}  // namespace postern
