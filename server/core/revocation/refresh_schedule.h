// When a staple is fetched next. Pure and thread safe: time and chance are passed in.
//
// A statement is refreshed once half of its life has gone, so that the other half is there
// to outlast a responder's outage. Its life ends at use_until, which the end of the
// signer's certificate brings forward.
#ifndef POSTERN_SERVER_CORE_REVOCATION_REFRESH_SCHEDULE_H_
#define POSTERN_SERVER_CORE_REVOCATION_REFRESH_SCHEDULE_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace postern {

// Nothing is fetched sooner than this after a fetch.
inline constexpr absl::Duration kShortestRefresh = absl::Minutes(1);

// StatementLife is what a valid statement says of itself.
struct StatementLife {
  absl::Time this_update = absl::InfinitePast();
  std::optional<absl::Time> next_update;
  absl::Time use_until = absl::InfinitePast();
};

// RefreshHints is what is known besides.
struct RefreshHints {
  // Until then caches keep giving the same: receipt plus max-age (RFC 9919, section 6.1). A
  // hint of a stranger, heeded up to three quarters of the life (O-17, O-19).
  absl::Time cached_until = absl::InfinitePast();
  // The responder has just given again what was there before: the next is waited for until
  // a CA has to have it (Baseline Requirements, section 4.9.10).
  bool is_repeat = false;
};

// NextRefresh returns when to fetch after a valid statement was received: after `now`, and
// before use_until as long as more than kShortestRefresh is left. `chance`, from [0, 1),
// spreads it over an eighth of the life.
absl::Time NextRefresh(const StatementLife& life, const RefreshHints& hints, absl::Time now,
                       double chance);

// NextUpdateIsDue returns when a CA has to have published the next statement: half-way for a
// life below 16 hours, else 8 hours before nextUpdate, and 4 days after thisUpdate at the
// latest.
absl::Time NextUpdateIsDue(const StatementLife& life);

// BackOffOptions: after a failure the next fetch waits for `first`, doubled with each
// further one, up to `most`; a responder's Retry-After is heeded up to `longest_retry_after`.
struct BackOffOptions {
  absl::Duration first = absl::Minutes(1);
  absl::Duration most = absl::Hours(1);
  absl::Duration longest_retry_after = absl::Hours(6);
};

// Failure is a fetch that brought nothing.
struct RefreshFailure {
  uint32_t failures = 1;  // in a row, with this one
  // Before then the responder does not want to be asked; the infinite past: it did not say.
  absl::Time retry_at = absl::InfinitePast();
  // When the statement that there is ends; the infinite past without one.
  absl::Time use_until = absl::InfinitePast();
};

// NextRetry returns when to fetch again. While a statement counts the wait is no longer than
// a quarter of what is left of it, and Retry-After no more than half. `chance`, from [0, 1),
// takes up to half off the wait, and spreads those that wait for one responder.
absl::Time NextRetry(const RefreshFailure& failure, const BackOffOptions& options, absl::Time now,
                     double chance);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_REFRESH_SCHEDULE_H_
