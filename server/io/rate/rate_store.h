// What is remembered of the keys of rate rules, and decided upon: of this process
// (memory_rate_store.h) or of all replicas.
//
// How an answer comes: Decide takes questions and room for their answers, both the
// caller's. A store that has the answers at once writes them and returns true; nothing was
// allocated, queued or called back, which is what ten million decisions a second need. One
// that has to ask elsewhere returns false, and calls the waiter when all answers are there.
// A caller has one path for both: if (store.Decide(..., this)) OnDecided();
//
// All is thread safe and does not block.
#ifndef POSTERN_SERVER_IO_RATE_RATE_STORE_H_
#define POSTERN_SERVER_IO_RATE_RATE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

// kMaxEventIdBytes bounds an event's id.
inline constexpr size_t kMaxEventIdBytes = 128;

// RateQuestion is an event to be decided upon and counted.
struct RateQuestion {
  // rule has to outlive the decision; its id is that of its name.
  const RuleMatcher* rule = nullptr;
  RateRuleId rule_id{};

  // subject is rule->SubjectOf(client), and not exempt.
  RateSubject subject;

  EventCount count;

  // look: the rate is looked at, and the event not counted. `count` and `event_id` have no
  // meaning then.
  bool look = false;

  // event_id, at most kMaxEventIdBytes, is the same for the same event asked again, which
  // is then counted once and answered as before; for a short time, Options of the store.
  // Empty: each question is an event of its own.
  absl::string_view event_id;
};

struct RateAnswer {
  enum class By {
    kStore,
    // The shared store did not answer in time; what this process remembers decided.
    kFallback,
    // Neither decided. The verdict has no meaning; the rule says what is to happen then.
    kNobody,
  };

  RateVerdict verdict;
  By by = By::kStore;
  // repeated: the event was counted before, and this is the answer that it got.
  bool repeated = false;
};

// RateWaiter waits for answers.
class RateWaiter {
 public:
  virtual ~RateWaiter() = default;
  // OnDecided is called once, on any thread, after Decide returned false, perhaps before it
  // did; it must not block.
  virtual void OnDecided() = 0;
};

// RatedKey is a key and the rate that is left of its events.
struct RatedKey {
  RateKey key;
  double rate = 0;
};

class RateStore {
 public:
  // kMaxTopKeys bounds ListTop.
  static constexpr size_t kMaxTopKeys = 1000;

  virtual ~RateStore() = default;

  // Decide answers the questions, in their order, as if one came after the other at `now`:
  // nanoseconds of a clock that does not step, the same for all calls. `answers` are as
  // many as `questions`. True: they are there, and the waiter will not be called (it may be
  // null where the store always answers at once). False: they are there when OnDecided is
  // called; until then questions, their rules, answers and waiter have to live.
  virtual bool Decide(absl::Span<const RateQuestion> questions, int64_t now,
                      absl::Span<RateAnswer> answers, RateWaiter* waiter) = 0;

  // Reset forgets a key and its events. Tells whether anything was remembered; fails with
  // UNAVAILABLE where that is not known. `done` is called once, on any thread, perhaps
  // before Reset returns; so is that of ListTop.
  virtual void Reset(const RateKey& key, std::function<void(absl::StatusOr<bool>)> done) = 0;

  // ListTop tells the keys with the highest rates at `now`, of one rule or (nullopt) all,
  // the highest first, at most `limit` and kMaxTopKeys. Not for a hot path. Fails with
  // UNAVAILABLE.
  virtual void ListTop(std::optional<RateRuleId> rule, size_t limit, int64_t now,
                       std::function<void(absl::StatusOr<std::vector<RatedKey>>)> done) = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_RATE_STORE_H_
