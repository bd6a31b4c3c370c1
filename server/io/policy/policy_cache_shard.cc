#include "server/io/policy/policy_cache_shard.h"

#include <algorithm>
#include <utility>

namespace postern {
namespace {

// An entry is asked for often if it was asked for so many times since it came.
constexpr uint32_t kOftenHits = 2;

// An entry takes at most this part of its shard.
constexpr size_t kLargestPart = 8;

absl::string_view NextHopOf(const PolicyEntry& entry) { return PolicyKeyNextHop(entry.key()); }

}  // namespace

PolicyRef PolicyCacheShard::Find(absl::string_view key, absl::Time now, bool& refresh) {
  MutexLock lock(mutex_);
  const auto it = entries_.find(key);
  if (it == entries_.end() || now >= (*it)->expire_time_) return nullptr;
  const PolicyEntry& entry = **it;
  ++hits_;
  entry.visited_ = true;
  const uint32_t hits = entry.hits_.fetch_add(1, std::memory_order_relaxed) + 1;
  refresh = now >= entry.refresh_time_ && hits >= kOftenHits && !entry.refreshing_;
  entry.refreshing_ = entry.refreshing_ || refresh;
  return *it;
}

void PolicyCacheShard::NotRefreshing(absl::string_view key) {
  MutexLock lock(mutex_);
  const auto it = entries_.find(key);
  if (it != entries_.end()) (*it)->refreshing_ = false;
}

bool PolicyCacheShard::Join(const std::shared_ptr<PolicyFlight>& flight,
                            std::shared_ptr<PolicyWaiter> waiter) {
  MutexLock lock(mutex_);
  const auto [it, inserted] = flights_.try_emplace(flight->key, flight);
  if (waiter != nullptr) it->second->waiters.push_back(std::move(waiter));
  return inserted;
}

bool PolicyCacheShard::Wanted(const PolicyFlight& flight) {
  MutexLock lock(mutex_);
  const auto cancelled = [](const std::shared_ptr<PolicyWaiter>& waiter) {
    return waiter->Cancelled();
  };
  if (flight.refresh || !std::all_of(flight.waiters.begin(), flight.waiters.end(), cancelled)) {
    return true;
  }
  const auto it = flights_.find(flight.key);
  if (it != flights_.end() && it->second.get() == &flight) flights_.erase(it);
  return false;
}

std::vector<std::shared_ptr<PolicyWaiter>> PolicyCacheShard::Land(PolicyFlight& flight,
                                                                  const PolicyRef& entry,
                                                                  bool rests_on_failure,
                                                                  absl::Time now) {
  MutexLock lock(mutex_);
  const auto it = flights_.find(flight.key);
  if (it != flights_.end() && it->second.get() == &flight) flights_.erase(it);
  const auto old = entries_.find(flight.key);
  // A failed renewal does not displace what has not ended.
  const bool displaces = old == entries_.end() || !rests_on_failure || now >= (*old)->expire_time_;
  const bool fits = entry->Footprint() <= max_bytes_ / kLargestPart;
  if (!flight.discard && now < entry->expire_time_ && displaces && fits) Insert(entry, now);
  return std::move(flight.waiters);
}

void PolicyCacheShard::Insert(const PolicyRef& entry, absl::Time now) {
  if (const auto old = entries_.find(entry->key()); old != entries_.end()) Erase(**old);
  entry->older_ = newest_;
  (newest_ != nullptr ? newest_->newer_ : oldest_) = entry.get();
  newest_ = entry.get();
  bytes_ += entry->Footprint();
  entries_.insert(entry);
  while (bytes_ > max_bytes_) Evict(now);
}

void PolicyCacheShard::Erase(const PolicyEntry& entry) {
  if (hand_ == &entry) hand_ = entry.newer_;
  (entry.newer_ != nullptr ? entry.newer_->older_ : newest_) = entry.older_;
  (entry.older_ != nullptr ? entry.older_->newer_ : oldest_) = entry.newer_;
  bytes_ -= entry.Footprint();
  entries_.erase(entries_.find(entry.key()));
}

void PolicyCacheShard::Evict(absl::Time now) {
  if (hand_ == nullptr) hand_ = oldest_;
  while (hand_->visited_ && now < hand_->expire_time_) {
    hand_->visited_ = false;
    hand_ = hand_->newer_ != nullptr ? hand_->newer_ : oldest_;
  }
  if (now < hand_->expire_time_) ++evictions_;
  Erase(*hand_);
}

size_t PolicyCacheShard::Purge(absl::string_view next_hop) {
  MutexLock lock(mutex_);
  // What is under way answers who waits for it, and nobody who comes later.
  for (auto it = flights_.begin(); it != flights_.end();) {
    const auto flight = it++;
    if (flight->second->next_hop != next_hop) continue;
    flight->second->discard = true;
    flights_.erase(flight);
  }
  std::vector<const PolicyEntry*> purged;
  for (const PolicyRef& entry : entries_) {
    if (NextHopOf(*entry) == next_hop) purged.push_back(entry.get());
  }
  for (const PolicyEntry* entry : purged) Erase(*entry);
  return purged.size();
}

size_t PolicyCacheShard::PurgeAll() {
  MutexLock lock(mutex_);
  for (const auto& [key, flight] : flights_) flight->discard = true;
  flights_.clear();
  const size_t purged = entries_.size();
  entries_.clear();
  bytes_ = 0;
  newest_ = oldest_ = hand_ = nullptr;
  return purged;
}

void PolicyCacheShard::List(absl::string_view next_hop, absl::Time now, size_t limit,
                            std::vector<PolicyRef>& list) const {
  MutexLock lock(mutex_);
  for (const PolicyRef& entry : entries_) {
    if (list.size() >= limit) return;
    if (now >= entry->expire_time_) continue;
    if (next_hop.empty() || NextHopOf(*entry) == next_hop) list.push_back(entry);
  }
}

void PolicyCacheShard::AddStats(PolicyCache::Stats& stats) const {
  MutexLock lock(mutex_);
  stats.entries += entries_.size();
  stats.bytes += bytes_;
  stats.capacity_bytes += max_bytes_;
  stats.hits += hits_;
  stats.evictions += evictions_;
}

}  // namespace postern
