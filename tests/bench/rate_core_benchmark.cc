// The parts of a rate decision, one by one, with Google Benchmark: what the mathematics
// take, and a lookup in tables of up to a million prefixes. `bazel run` shows it; no bar
// stands on these but that a lookup in a million takes less than 300 ns.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "absl/time/time.h"
#include "server/core/net/client_address.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/prefix_table.h"
#include "server/core/rate/gcra.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"
#include "server/core/rate/smoothed_rate.h"

namespace postern {
namespace {

RateLimit Limit(double limit) { return RateLimit::Create(limit, absl::Seconds(60)).value(); }

// range(0) is the RateMode; range(1) the limit: 1e9 that all are under, 2 that all are over.
void BM_Smoothed(benchmark::State& state) {
  const RateLimit limit = Limit(static_cast<double>(state.range(1)));
  const auto mode = static_cast<RateMode>(state.range(0));
  RateState key;
  int64_t now = 0;
  for (auto _ : state) {
    now += 1'000'000;
    const RateOutcome outcome = DecideSmoothed(limit, mode, EventCount(), now, key);
    if (outcome.store) key = outcome.next;
    benchmark::DoNotOptimize(outcome);
  }
}
BENCHMARK(BM_Smoothed)
    ->ArgNames({"mode", "limit"})
    ->Args({0, 1'000'000'000})
    ->Args({0, 2})
    ->Args({1, 2})
    ->Args({2, 2});

void BM_Gcra(benchmark::State& state) {
  const RateLimit limit = Limit(static_cast<double>(state.range(0)));
  RateState key;
  int64_t now = 0;
  for (auto _ : state) {
    now += 1'000'000;
    const RateOutcome outcome =
        DecideGcra(limit, limit.limit(), RateMode::kLeaky, EventCount(), now, key);
    if (outcome.store) key = outcome.next;
    benchmark::DoNotOptimize(outcome);
  }
}
BENCHMARK(BM_Gcra)->ArgName("limit")->Arg(1'000'000'000)->Arg(2);

IpAddress RandomAddress(std::mt19937_64& random, bool v4) {
  std::array<uint8_t, 16> octets;
  for (uint8_t& octet : octets) octet = static_cast<uint8_t>(random());
  if (v4) return Ipv4FromOctets(octets.data());
  octets[0] = 0x20;  // as what is routed, so that the first bits tell little
  octets[1] = static_cast<uint8_t>(octets[1] & 0x0f);
  return Ipv6FromOctets(octets.data());
}

// range(0) is the number of prefixes, range(1) the family, range(2) the PrefixOrder. All
// lengths from /12 (/20) on occur, so that prefixes nest; half of what is looked up is in one
// of the prefixes.
void BM_FindPrefix(benchmark::State& state) {
  std::mt19937_64 random(1);
  const bool v4 = state.range(1) == 4;
  const int shortest = v4 ? 12 : 20;
  std::vector<IpPrefix> prefixes;
  for (int64_t i = 0; i < state.range(0); ++i) {
    const IpAddress address = RandomAddress(random, v4);
    const auto lengths = static_cast<uint64_t>(address.Bits() - shortest) + 1;
    prefixes.push_back(PrefixOf(address, shortest + static_cast<int>(random() % lengths)));
  }
  const PrefixTable table =
      PrefixTable::Create(prefixes, static_cast<PrefixOrder>(state.range(2))).value();
  std::vector<IpAddress> addresses;
  for (size_t i = 0; i < 1 << 18; ++i) {
    IpAddress address = RandomAddress(random, v4);
    if (i % 2 == 0) {
      const IpPrefix& prefix = prefixes[random() % prefixes.size()];
      for (int bit = 0; bit < prefix.length; ++bit) {
        const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
        uint8_t& octet = address.octets[bit / 8];
        octet = static_cast<uint8_t>((octet & ~mask) | (prefix.address.octets[bit / 8] & mask));
      }
    }
    addresses.push_back(address);
  }
  size_t i = 0;
  uint32_t before = 0;
  for (auto _ : state) {
    // What is looked up next depends on what was found, as if each were a request.
    before = table.Find(addresses[(i + (before & 1)) % addresses.size()]).value_or(0);
    benchmark::DoNotOptimize(before);
    ++i;
  }
  state.counters["bytes_a_prefix"] =
      static_cast<double>(table.Bytes()) / static_cast<double>(prefixes.size());
}
BENCHMARK(BM_FindPrefix)
    ->ArgNames({"prefixes", "family", "order"})
    ->ArgsProduct({{1000, 10'000, 100'000, 1'000'000}, {4, 6}, {0, 1}});

// A whole rule: exceptions, networks, the client's prefix.
void BM_SubjectOf(benchmark::State& state) {
  RateRule rule;
  rule.name = "connections";
  rule.limit = 100;
  rule.period = absl::Seconds(60);
  rule.exceptions = {ParseClientPrefix("127.0.0.0/8").value()};
  const RuleMatcher matcher = RuleMatcher::Create(rule).value();
  std::mt19937_64 random(1);
  std::vector<IpAddress> addresses;
  for (size_t i = 0; i < 1024; ++i) addresses.push_back(RandomAddress(random, i % 2 == 0));
  size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(matcher.SubjectOf(addresses[i++ % addresses.size()]));
  }
}
BENCHMARK(BM_SubjectOf);

void BM_ParseClientAddress(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ParseClientAddress("2001:db8:1:2:3:4:5:6"));
}
BENCHMARK(BM_ParseClientAddress);

}  // namespace
}  // namespace postern

BENCHMARK_MAIN();
