// When a CRL that is kept is fetched again, and whether what came may take its place.
//
// Functions are pure and thread safe: time and chance are passed in, chance from [0, 1).
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_REFRESH_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_REFRESH_H_

#include <optional>

#include "absl/time/time.h"
#include "server/core/revocation/crl.h"

namespace postern {

// A CRL is fetched again after four to six hours, or at half of the life that is left to
// it where that is sooner, but not within five minutes, unless its end comes.
inline constexpr absl::Duration kCrlRefresh = absl::Hours(4);
inline constexpr absl::Duration kCrlRefreshSpread = absl::Hours(2);
inline constexpr absl::Duration kMinCrlRefresh = absl::Minutes(5);

// After failures in a row: a minute, doubled by each, up to an hour, and up to a quarter
// more.
inline constexpr absl::Duration kCrlBackOff = absl::Minutes(1);
inline constexpr absl::Duration kMaxCrlBackOff = absl::Hours(1);

// NextCrlRefresh returns when a CRL, just fetched or said to be unchanged, is fetched
// again. `fresh_for` is what the server says of its reply (Cache-Control): it can move
// the instant later, but never past six hours, or three quarters of the life that is
// left. Never later than nextUpdate.
absl::Time NextCrlRefresh(const Crl& crl, absl::Time now, std::optional<absl::Duration> fresh_for,
                          double chance);

// CrlBackOff returns how long to wait after so many failures in a row, 1 at least.
absl::Duration CrlBackOff(int failures, double chance);

// IsOlderCrl tells whether one CRL was issued before another of the same scope: by its
// thisUpdate or, while the other has not ended, by its number.
bool IsOlderCrl(const Crl& crl, const Crl& other, absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_REFRESH_H_
