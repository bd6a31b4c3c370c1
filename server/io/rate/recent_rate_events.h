// Events that were counted a short time ago, by their ids, so that the same event asked
// again is counted once. Fixed memory: where there is no room the oldest of four goes.
//
// Not thread safe.
#ifndef POSTERN_SERVER_IO_RATE_RECENT_RATE_EVENTS_H_
#define POSTERN_SERVER_IO_RATE_RECENT_RATE_EVENTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

class RecentRateEvents {
 public:
  // Event is what was answered. `hash` is of key and id, under a secret; 0 is no event.
  struct Event {
    uint64_t hash = 0;
    int64_t at = 0;
    double rate = 0;
    float retry_after = 0;  // seconds, not rounded down; 0 where it was not over
    uint32_t key = 0;       // some bits of the key's hash
  };
  static_assert(sizeof(Event) == 32);

  RecentRateEvents(size_t capacity, absl::Duration memory);

  // Find returns an event that is remembered at `now`, or null.
  const Event* Find(uint64_t hash, int64_t now) const;

  // Add remembers an event, which is not remembered yet. Returns whether another that was
  // not old enough had to go.
  bool Add(const Event& event);

  // Forget forgets the events of a key.
  void Forget(uint32_t key);

  size_t Bytes() const { return sets_.size() * sizeof(Set); }

 private:
  using Set = std::array<Event, 4>;

  size_t PlaceOf(uint64_t hash) const { return (hash & 0xffffffff) * sets_.size() >> 32; }
  bool IsOver(const Event& event, int64_t now) const;

  std::vector<Set> sets_;
  const int64_t memory_;
};

// EventKey is what an event has of the hash of its key.
inline uint32_t EventKey(uint64_t key_hash) { return static_cast<uint32_t>(key_hash >> 32); }

// EventOf is what is remembered of a verdict at `now`, and VerdictOf the verdict that it
// gives later: as it was, but for the time that went by, and with the limit now in force.
RecentRateEvents::Event EventOf(uint64_t hash, uint64_t key_hash, int64_t now,
                                const RateVerdict& verdict);
RateVerdict VerdictOf(const RecentRateEvents::Event& event, const RateLimit& limit, int64_t now);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_RECENT_RATE_EVENTS_H_
