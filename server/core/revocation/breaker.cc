#include "server/core/revocation/breaker.h"

#include <algorithm>

namespace postern {

bool Breaker::WaitIsOver(absl::Time now) const {
  // A clock that was set back must not keep it open for longer than was meant.
  return now >= open_until_ || now < opened_at_;
}

bool Breaker::MayAsk(absl::Time now) const { return !open_ || (!probing_ && WaitIsOver(now)); }

bool Breaker::Start(absl::Time now) {
  if (!open_) return false;
  probing_ = true;
  return true;
}

void Breaker::Succeed(bool probe) {
  if (open_ != probe) return;
  open_ = false;
  probing_ = false;
  failures_ = 0;
  wait_ = absl::ZeroDuration();
  opened_at_ = absl::InfinitePast();
  open_until_ = absl::InfinitePast();
}

void Breaker::Fail(bool probe, absl::Time now, double chance) {
  if (open_ != probe) return;
  if (!probe && ++failures_ < options_.failures) return;
  wait_ = probe && wait_ > absl::ZeroDuration() ? wait_ * 2 : options_.first;
  wait_ = std::min(wait_, options_.most);
  OpenFor(now, wait_ + wait_ * (options_.jitter * chance));
}

void Breaker::Abandon(bool probe) {
  if (probe) probing_ = false;
}

void Breaker::KeepAway(absl::Time now, absl::Duration wait) {
  wait = std::min(wait, options_.most);
  if (wait <= absl::ZeroDuration()) return;
  if (open_ && !probing_ && open_until_ >= now + wait) return;
  OpenFor(now, wait);
}

void Breaker::OpenFor(absl::Time now, absl::Duration wait) {
  open_ = true;
  probing_ = false;
  failures_ = 0;
  opened_at_ = now;
  open_until_ = now + wait;
}

}  // namespace postern
