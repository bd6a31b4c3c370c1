// A breaker: whether a responder that has failed is asked again, and when. Pure, and not
// thread safe: time and chance are passed in.
#ifndef POSTERN_SERVER_CORE_REVOCATION_BREAKER_H_
#define POSTERN_SERVER_CORE_REVOCATION_BREAKER_H_

#include "absl/time/time.h"

namespace postern {

// BreakerOptions: `failures` in a row open the breaker for `first`, and each probe that
// fails doubles that, up to `most`. Each wait is made longer by up to `jitter` of itself.
struct BreakerOptions {
  int failures = 5;  // at least 1
  absl::Duration first = absl::Seconds(30);
  absl::Duration most = absl::Minutes(30);
  double jitter = 0.25;  // 0 to 1
};

// Breaker is closed (all may ask), open (nobody), or, after the wait, half open: one may
// ask, the probe, and its outcome decides.
//
//   if (!breaker.MayAsk(now)) ...
//   const bool probe = breaker.Start(now);
//   ... ask, then one of:
//   breaker.Succeed(probe); breaker.Fail(probe, now, chance); breaker.Abandon(probe);
class Breaker {
 public:
  explicit Breaker(const BreakerOptions& options) : options_(options) {}

  bool MayAsk(absl::Time now) const;

  // Start says that one asks, and MayAsk held. Returns whether it is the probe.
  bool Start(absl::Time now);

  // Outcomes of one that started. What started before the breaker opened says nothing
  // of the responder as it is now, and changes nothing.
  void Succeed(bool probe);
  // Fail takes chance from [0, 1).
  void Fail(bool probe, absl::Time now, double chance);
  // Abandon: there will be no outcome. The next that asks is the probe.
  void Abandon(bool probe);

  // KeepAway opens the breaker, or keeps it open, for the time that the responder asked
  // for (Retry-After), at most BreakerOptions::most.
  void KeepAway(absl::Time now, absl::Duration wait);

  // OpenUntil is when one may ask again, as far as is known; the infinite past if the
  // breaker is closed.
  absl::Time OpenUntil() const { return open_until_; }

  // IsNew: as if nothing had happened; it may be forgotten.
  bool IsNew() const { return !open_ && failures_ == 0; }

 private:
  void OpenFor(absl::Time now, absl::Duration wait);
  bool WaitIsOver(absl::Time now) const;

  BreakerOptions options_;
  bool open_ = false;
  bool probing_ = false;
  int failures_ = 0;                            // in a row, while closed
  absl::Duration wait_ = absl::ZeroDuration();  // the last back-off, before the jitter
  absl::Time opened_at_ = absl::InfinitePast();
  absl::Time open_until_ = absl::InfinitePast();
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_BREAKER_H_
