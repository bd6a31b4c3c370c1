#include "tests/bench/load_in_turn.h"

#include <cstdio>

#include "absl/time/time.h"
#include "tests/bench/percentile.h"

namespace postern {

bool PrintSample(const std::string& program, const std::string& target, LoadSample& sample) {
  if (!sample.error.empty() || sample.responses == 0) {
    std::fprintf(stderr, "%s: %s: %s\n", program.c_str(), target.c_str(),
                 sample.error.empty() ? "no answer" : sample.error.c_str());
    return false;
  }
  std::printf("{\"target\": \"%s\", \"responses_per_s\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f",
              target.c_str(), static_cast<double>(sample.responses) / sample.seconds,
              PercentileMicros(sample.latencies_ns, 0.5),
              PercentileMicros(sample.latencies_ns, 0.99));
  return true;
}

int LoadInTurn(const std::string& program, const LoadTargets& targets, int rounds, double seconds) {
  for (int round = -1; round < rounds; ++round) {  // the first one warms up
    for (const auto& [name, load] : targets) {
      LoadSample sample = load->RunFor(absl::Seconds(seconds));
      if (round < 0 && sample.error.empty() && sample.responses > 0) continue;
      if (!PrintSample(program, name, sample)) return 1;
      std::printf("}\n");
    }
  }
  return 0;
}

LoadTargets OursAndFloor(const std::string& ours, const std::string& floor, LoadOptions options) {
  LoadTargets targets;
  options.address = ours;
  targets.emplace_back("ours", NewUnaryLoad(options));
  options.address = floor;
  targets.emplace_back("floor", NewUnaryLoad(std::move(options)));
  return targets;
}

}  // namespace postern
