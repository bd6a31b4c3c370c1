#include "server/io/rate/recent_rate_events.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace postern {

RecentRateEvents::RecentRateEvents(size_t capacity, absl::Duration memory)
    : sets_(std::max<size_t>(capacity / 4, 1)), memory_(absl::ToInt64Nanoseconds(memory)) {}

bool RecentRateEvents::IsOver(const Event& event, int64_t now) const {
  // Calls overtake each other: an event may be of a moment after `now`.
  return event.hash == 0 || (now > event.at && now - event.at >= memory_);
}

const RecentRateEvents::Event* RecentRateEvents::Find(uint64_t hash, int64_t now) const {
  for (const Event& event : sets_[PlaceOf(hash)]) {
    if (event.hash == hash && !IsOver(event, now)) return &event;
  }
  return nullptr;
}

bool RecentRateEvents::Add(const Event& event) {
  Set& set = sets_[PlaceOf(event.hash)];
  Event* oldest = &set[0];
  for (Event& other : set) {
    if (IsOver(other, event.at)) {
      other = event;
      return false;
    }
    if (other.at < oldest->at) oldest = &other;
  }
  *oldest = event;
  return true;
}

void RecentRateEvents::Forget(uint32_t key) {
  for (Set& set : sets_) {
    for (Event& event : set) {
      if (event.hash != 0 && event.key == key) event = Event{};
    }
  }
}

RecentRateEvents::Event EventOf(uint64_t hash, uint64_t key_hash, int64_t now,
                                const RateVerdict& verdict) {
  RecentRateEvents::Event event;
  event.hash = hash;
  event.at = now;
  event.rate = verdict.rate;
  event.retry_after = std::nextafter(static_cast<float>(absl::ToDoubleSeconds(verdict.retry_after)),
                                     std::numeric_limits<float>::infinity());
  if (!verdict.over) event.retry_after = 0;
  event.key = EventKey(key_hash);
  return event;
}

RateVerdict VerdictOf(const RecentRateEvents::Event& event, const RateLimit& limit, int64_t now) {
  RateVerdict verdict;
  verdict.over = event.retry_after > 0;
  verdict.rate = event.rate;
  verdict.limit = limit.limit();
  verdict.period = limit.period();
  verdict.retry_after = absl::Seconds(static_cast<double>(event.retry_after));
  if (now > event.at) verdict.retry_after -= absl::Nanoseconds(now - event.at);
  verdict.retry_after = std::max(verdict.retry_after, absl::ZeroDuration());
  return verdict;
}

}  // namespace postern
