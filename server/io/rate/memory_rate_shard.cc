#include "server/io/rate/memory_rate_shard.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/string_view.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"

namespace postern {
namespace {

// An event's id is the key's own: ids of other keys cannot be in its way.
uint64_t EventHash(uint64_t key_hash, const SipKey& hash_key, absl::string_view id) {
  std::array<char, 8 + kMaxEventIdBytes> bytes;
  const size_t size = std::min(id.size(), kMaxEventIdBytes);
  std::memcpy(bytes.data(), &key_hash, 8);
  std::memcpy(bytes.data() + 8, id.data(), size);
  const uint64_t hash = SipHash(hash_key, absl::string_view(bytes.data(), 8 + size));
  return hash == 0 ? 1 : hash;
}

}  // namespace

void MemoryRateShard::Decide(uint64_t hash, const SipKey& hash_key, const PackedRateKey& key,
                             const RateQuestion& question, int64_t now, RateAnswer& answer) {
  const bool has_id = !question.look && !question.event_id.empty();
  const uint64_t event_hash = has_id ? EventHash(hash, hash_key, question.event_id) : 0;
  const RateMode mode = question.look ? RateMode::kReadOnly : question.rule->rule().mode;
  answer.by = RateAnswer::By::kStore;
  answer.repeated = false;
  MutexLock lock(mutex_);
  LearnShape(question);
  if (has_id) {
    if (const RecentRateEvents::Event* event = events_.Find(event_hash, now)) {
      ++repeated_events_;
      answer.repeated = true;
      answer.verdict = VerdictOf(*event, question.subject.limit, now);
      return;
    }
  }
  MemoryRateTable::Entry entry = table_.Find(hash, key);
  const RateState state = entry ? entry.state() : RateState{};
  // Calls overtake each other between the clock and the lock: no state goes back in time.
  if (entry) now = std::max(now, state.last);
  const RateOutcome outcome =
      question.rule->Decide(question.subject, mode, question.count, now, state);
  answer.verdict = outcome.verdict;
  if (outcome.store) {
    if (!entry) entry = Insert(hash, key, now);
    entry.Set(outcome.next);
    entry.SetLimit(question.subject.limit.limit());
  }
  if (has_id && events_.Add(EventOf(event_hash, hash, now, outcome.verdict))) ++evicted_events_;
}

bool MemoryRateShard::Reset(uint64_t hash, const PackedRateKey& key) {
  MutexLock lock(mutex_);
  events_.Forget(EventKey(hash));
  const MemoryRateTable::Entry entry = table_.Find(hash, key);
  if (!entry) return false;
  table_.Erase(entry);
  return true;
}

void MemoryRateShard::Restore(uint64_t hash, const PackedRateKey& key, const RateShape& shape,
                              double limit, const RateState& state, int64_t now) {
  MutexLock lock(mutex_);
  std::optional<RateShape>& known = ShapeRoom(static_cast<RateRuleId>(key.tag >> 8));
  if (!known) known = shape;
  MemoryRateTable::Entry entry = table_.Find(hash, key);
  if (!entry) entry = Insert(hash, key, now);
  entry.Set(state);
  entry.SetLimit(limit);
}

MemoryRateTable::Entry MemoryRateShard::Insert(uint64_t hash, const PackedRateKey& key,
                                               int64_t now) {
  MemoryRateTable::Evicted evicted;
  const std::optional<RateShape>* shapes = shapes_.data();
  const MemoryRateTable::Entry entry = table_.Insert(
      hash, key,
      [&](const MemoryRateTable::Entry& other) {
        const RateShape& shape = *shapes[static_cast<size_t>(other.rule())];
        if (IsSpent(shape, other.limit(), now, other.state())) return MemoryRateTable::kSpent;
        return ShareAt(shape, other.limit(), now, other.state());
      },
      evicted);
  if (evicted == MemoryRateTable::Evicted::kSpent) ++evicted_spent_;
  if (evicted == MemoryRateTable::Evicted::kUnspent) ++evicted_unspent_;
  return entry;
}

std::optional<RateShape>& MemoryRateShard::ShapeRoom(RateRuleId rule) {
  const size_t place = static_cast<size_t>(rule);
  if (shapes_.size() <= place) shapes_.resize(place + 1);
  return shapes_[place];
}

void MemoryRateShard::LearnShape(const RateQuestion& question) {
  std::optional<RateShape>& shape = ShapeRoom(question.rule_id);
  const RateRule& rule = question.rule->rule();
  if (!shape || shape->algorithm != rule.algorithm ||
      shape->limit.period() != question.subject.limit.period() || shape->burst != rule.burst) {
    const EventCount least = shape ? shape->least : EventCount();
    shape = ShapeOf(rule, question.subject.limit);
    shape->least = least;
  }
  if (question.count.value() < shape->least.value()) shape->least = question.count;
}

void MemoryRateShard::AddStats(MemoryRateStore::Stats& stats) const {
  MutexLock lock(mutex_);
  stats.entries += table_.size();
  stats.capacity += table_.Capacity();
  stats.bytes += sizeof(*this) - sizeof(events_) + table_.Bytes() +
                 shapes_.capacity() * sizeof(std::optional<RateShape>);
  stats.event_bytes += sizeof(events_) + events_.Bytes();
  stats.evicted_spent += evicted_spent_;
  stats.evicted_unspent += evicted_unspent_;
  stats.repeated_events += repeated_events_;
  stats.evicted_events += evicted_events_;
}

}  // namespace postern
