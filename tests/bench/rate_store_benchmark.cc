// Decisions of the store in memory, with Google Benchmark, on one thread and two: the bars
// are 10 million a second on a hot key and 3 million on a million keys, and 1.6 times as
// much on two threads. Beside them, what the lock is of that.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/net/ip_address.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_limit.h"
#include "server/core/rate/rate_rule.h"
#include "server/core/rate/rate_verdict.h"
#include "server/core/rate/smoothed_rate.h"
#include "server/io/mutex.h"
#include "server/io/rate/memory_rate_store.h"
#include "server/io/rate/rate_store.h"

namespace postern {
namespace {

constexpr size_t kKeys = 1'000'000;

IpAddress Address(uint32_t number) {
  const std::array<uint8_t, 4> octets = {
      static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
      static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  return Ipv4FromOctets(octets.data());
}

const RuleMatcher& Rule() {
  static const RuleMatcher& rule = *[] {
    RateRule made;
    made.name = "connections";
    made.limit = 100;
    made.period = absl::Minutes(10);
    return new RuleMatcher(RuleMatcher::Create(std::move(made)).value());
  }();
  return rule;
}

RateQuestion Question(uint32_t client) {
  return {
      &Rule(), static_cast<RateRuleId>(1), Rule().SubjectOf(Address(client)), EventCount(), false,
      ""};
}

MemoryRateStore& Store() {
  static MemoryRateStore& store = *MemoryRateStore::Create({}).value().release();
  return store;
}

// One key; with two threads each its own.
void BM_HotKey(benchmark::State& state) {
  MemoryRateStore& store = Store();
  const RateQuestion question = Question(static_cast<uint32_t>(state.thread_index()) * 77);
  RateAnswer answer;
  int64_t now = 0;
  for (auto _ : state) {
    now += 1000;
    store.Decide(absl::MakeConstSpan(&question, 1), now, absl::MakeSpan(&answer, 1), nullptr);
    benchmark::DoNotOptimize(answer);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_HotKey)->Threads(1)->Threads(2)->UseRealTime();

// One key that all threads want.
void BM_SameKey(benchmark::State& state) {
  MemoryRateStore& store = Store();
  const RateQuestion question = Question(7);
  RateAnswer answer;
  for (auto _ : state) {
    store.Decide(absl::MakeConstSpan(&question, 1), 1000, absl::MakeSpan(&answer, 1), nullptr);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SameKey)->Threads(1)->Threads(2)->UseRealTime();

// A hot key, each event with an id of its own.
void BM_EventIds(benchmark::State& state) {
  MemoryRateStore& store = Store();
  RateQuestion question = Question(9);
  RateAnswer answer;
  std::array<char, 16> id = {};
  question.event_id = absl::string_view(id.data(), id.size());
  uint64_t number = static_cast<uint64_t>(state.thread_index()) << 40;
  for (auto _ : state) {
    ++number;
    std::copy_n(reinterpret_cast<const char*>(&number), 8, id.begin());
    store.Decide(absl::MakeConstSpan(&question, 1), 1000, absl::MakeSpan(&answer, 1), nullptr);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_EventIds)->UseRealTime();

// A million keys that are all there, any of them next; range(0) questions at a time.
void BM_MillionKeys(benchmark::State& state) {
  MemoryRateStore& store = Store();
  RateAnswer answer;
  if (state.thread_index() == 0) {
    for (uint32_t i = 0; i < kKeys; ++i) {
      const RateQuestion question = Question(i);
      store.Decide(absl::MakeConstSpan(&question, 1), 0, absl::MakeSpan(&answer, 1), nullptr);
    }
  }
  std::mt19937_64 random(static_cast<uint64_t>(state.thread_index()) + 1);
  const auto size = static_cast<size_t>(state.range(0));
  std::vector<RateQuestion> questions(size, Question(0));
  std::vector<RateAnswer> answers(size);
  int64_t now = 0;
  for (auto _ : state) {
    now += 1000;
    for (RateQuestion& question : questions) {
      question.subject.prefix.address = Address(static_cast<uint32_t>(random() % kKeys));
    }
    store.Decide(questions, now, absl::MakeSpan(answers), nullptr);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  if (state.thread_index() == 0) {
    const MemoryRateStore::Stats stats = store.GetStats();
    state.counters["entries"] = static_cast<double>(stats.entries);
    state.counters["lost"] = static_cast<double>(stats.evicted_unspent);
    state.counters["bytes_a_key"] = static_cast<double>(stats.bytes) / kKeys;
  }
}
BENCHMARK(BM_MillionKeys)->Arg(1)->Arg(64)->Threads(1)->Threads(2)->UseRealTime();

// Addresses that were never there, into a full table: each turns another out.
void BM_Flood(benchmark::State& state) {
  const std::unique_ptr<MemoryRateStore> store = MemoryRateStore::Create({}).value();
  RateQuestion question = Question(0);
  RateAnswer answer;
  uint32_t client = 0;
  const auto next = [&] {
    question.subject.prefix.address = Address(client++);
    store->Decide(absl::MakeConstSpan(&question, 1), client, absl::MakeSpan(&answer, 1), nullptr);
  };
  while (client < 2 * kKeys) next();
  for (auto _ : state) next();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Flood);

// SpinLock is what the Mutex of a shard could be instead.
class SpinLock {
 public:
  void Lock() {
    while (locked_.exchange(true, std::memory_order_acquire)) {
      while (locked_.load(std::memory_order_relaxed)) __builtin_ia32_pause();
    }
  }
  void Unlock() { locked_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> locked_{false};
};

// A decision under a lock, in one of range(0) shards at random: 64 as the store has, or 1.
template <typename Lock>
void BM_Lock(benchmark::State& state) __attribute__((no_thread_safety_analysis)) {
  struct alignas(128) Shard {
    Lock lock;
    RateState key;
  };
  static std::array<Shard, 64> shards;
  const RateLimit limit = RateLimit::Create(1e9, absl::Minutes(1)).value();
  const auto count = static_cast<uint64_t>(state.range(0));
  uint64_t random = static_cast<uint64_t>(state.thread_index()) + 1;
  int64_t now = 0;
  for (auto _ : state) {
    random = random * 6364136223846793005 + 1442695040888963407;
    Shard& shard = shards[(random >> 33) % count];
    shard.lock.Lock();
    shard.key = DecideSmoothed(limit, RateMode::kStrict, EventCount(), now += 1000, shard.key).next;
    shard.lock.Unlock();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_TEMPLATE(BM_Lock, Mutex)->Arg(64)->Arg(1)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Lock, SpinLock)->Arg(64)->Arg(1)->Threads(1)->Threads(2)->UseRealTime();

}  // namespace
}  // namespace postern

BENCHMARK_MAIN();
