// Percentiles of latencies, for the bench's programs.
#ifndef POSTERN_TESTS_BENCH_PERCENTILE_H_
#define POSTERN_TESTS_BENCH_PERCENTILE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace postern {

// PercentileMicros returns a percentile of nanoseconds, in microseconds; 0 if there
// are none. It reorders them.
inline double PercentileMicros(std::vector<int64_t>& nanoseconds, double share) {
  if (nanoseconds.empty()) return 0;
  const auto at = nanoseconds.begin() +
                  static_cast<ptrdiff_t>(share * static_cast<double>(nanoseconds.size() - 1));
  std::nth_element(nanoseconds.begin(), at, nanoseconds.end());
  return static_cast<double>(*at) / 1000;
}

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_PERCENTILE_H_
