#include "server/core/revocation/crl_refresh.h"

#include <algorithm>

#include "absl/strings/string_view.h"

namespace postern {
namespace {

constexpr double kBackOffSpread = 0.25;

// Both are contents of INTEGERs of 0 or more, in DER, so that a zero leads only where it
// has to.
bool IsLess(absl::string_view a, absl::string_view b) {
  if (!a.empty() && a.front() == '\0') a.remove_prefix(1);
  if (!b.empty() && b.front() == '\0') b.remove_prefix(1);
  if (a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

}  // namespace

absl::Time NextCrlRefresh(const Crl& crl, absl::Time now, std::optional<absl::Duration> fresh_for,
                          double chance) {
  absl::Duration wait = kCrlRefresh + kCrlRefreshSpread * chance;
  absl::Duration latest = kCrlRefresh + kCrlRefreshSpread;
  absl::Duration left = absl::InfiniteDuration();
  if (crl.next_update) {
    left = std::max(*crl.next_update - now, absl::ZeroDuration());
    // Sooner by up to a fifth, so that those who fetched it at once do not come at once.
    wait = std::min(wait, left * (0.5 - 0.1 * chance));
    latest = std::min(latest, left * 0.75);
  }
  if (fresh_for) wait = std::max(wait, std::min(*fresh_for, latest));
  wait = std::max(wait, kMinCrlRefresh);
  return now + (left > absl::ZeroDuration() ? std::min(wait, left) : wait);
}

absl::Duration CrlBackOff(int failures, double chance) {
  absl::Duration wait = kCrlBackOff;
  for (int i = 1; i < failures && wait < kMaxCrlBackOff; ++i) wait *= 2;
  wait = std::min(wait, kMaxCrlBackOff);
  return wait + wait * (kBackOffSpread * chance);
}

bool IsOlderCrl(const Crl& crl, const Crl& other, absl::Time now) {
  if (crl.this_update < other.this_update) return true;
  // A CA that begins to count anew would else never be heard again.
  if (other.next_update && *other.next_update <= now) return false;
  if (crl.scope.number.empty() || other.scope.number.empty()) return false;
  return IsLess(crl.scope.number, other.scope.number);
}

}  // namespace postern
