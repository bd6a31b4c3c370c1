// What a store remembers, as it is saved to disk over a restart. The format, little endian:
//
//   "PSTNRATE"  version (4)  time saved, Unix ns (8)  rules (4)  keys (8)
//   a rule:  length of name (1)  name  algorithm (1)  period, ns (8)
//   a key:   rule, place among the rules (1)  length (1, IPv4: plus 129)  address (16)
//            limit (8)  age, ns since its last event (8)  rate (8)
//   SHA-256 of all before (32)
//
// A file that is not sound in every byte is refused whole. Functions are pure, thread safe.
#ifndef POSTERN_SERVER_CORE_RATE_RATE_SNAPSHOT_H_
#define POSTERN_SERVER_CORE_RATE_RATE_SNAPSHOT_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/net/ip_address.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"

namespace postern {

struct RateSnapshot {
  struct Rule {
    std::string name;
    RateAlgorithm algorithm = RateAlgorithm::kSmoothed;
    absl::Duration period;
  };
  struct Key {
    uint8_t rule = 0;  // its place in rules
    IpPrefix prefix;
    double limit = 0;
    int64_t age = 0;  // nanoseconds
    double rate = 0;
  };

  absl::Time time;
  std::vector<Rule> rules;
  std::vector<Key> keys;
};

inline constexpr size_t kRateSnapshotKeyBytes = 42;

// kMaxRateAge bounds an age, 73 years: what is older is written as just so old, and sums of
// an age and other times are safe.
inline constexpr int64_t kMaxRateAge = std::numeric_limits<int64_t>::max() / 4;

// MaxRateSnapshotBytes is what a snapshot of so many keys takes at most.
size_t MaxRateSnapshotBytes(size_t keys);

std::string WriteRateSnapshot(const RateSnapshot& snapshot);

// ReadRateSnapshot fails with INVALID_ARGUMENT, in words that say what is wrong and where.
// What it returns has sound states, limits and periods in their ranges, rules that differ in
// name, and prefixes whose bits past the length are 0.
absl::StatusOr<RateSnapshot> ReadRateSnapshot(absl::string_view bytes);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_RATE_RATE_SNAPSHOT_H_
