// What unary and stream loads share: threads that each serve some connections.
#ifndef POSTERN_TESTS_BENCH_LOAD_WORKER_H_
#define POSTERN_TESTS_BENCH_LOAD_WORKER_H_

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/bench/load.h"

namespace postern {

// A call that takes longer has failed.
constexpr std::chrono::seconds kCallDeadline{60};
constexpr size_t kMostWorkers = 2;

inline int64_t MonotonicNanos() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

// LoadPlan hands out the requests of one measurement. Thread safe.
class LoadPlan {
 public:
  LoadPlan(const LoadOptions& options, int64_t end, bool once)
      : options_(options), end_(end), once_(once) {}

  // Next sets the index of the request to send at `now`; false: no more.
  bool Next(int64_t now, size_t& index) {
    if (now >= end_) return false;
    const size_t count = next_.fetch_add(1, std::memory_order_relaxed);
    if (once_ && count >= options_.requests.size()) return false;
    index = count % options_.requests.size();
    return true;
  }
  int64_t end() const { return end_; }

 private:
  const LoadOptions& options_;
  const int64_t end_;
  const bool once_;
  std::atomic<size_t> next_{0};
};

// LoadWorker serves `connections` of its own on one thread.
class LoadWorker {
 public:
  LoadWorker(const LoadOptions& options, size_t connections, size_t in_flight)
      : options_(options), in_flight_(in_flight) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection each
    arguments.SetMaxReceiveMessageSize(-1);
    for (size_t i = 0; i < connections; ++i) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(grpc::CreateCustomChannel(
          options.address, grpc::InsecureChannelCredentials(), arguments)));
    }
  }
  virtual ~LoadWorker() = default;

  // Run sends what the plan gives until it gives no more and all is answered.
  virtual LoadSample Run(LoadPlan& plan) = 0;

 protected:
  // Note takes one answered message, sent at `start`, into the sample.
  static void Note(int64_t start, int64_t now, const LoadPlan& plan, LoadSample& sample) {
    if (now > plan.end()) return;
    ++sample.responses;
    sample.latencies_ns.push_back(now - start);
  }
  void Show(const grpc::ByteBuffer& response) const {
    if (options_.on_response) options_.on_response(response);
  }

  const LoadOptions& options_;
  const size_t in_flight_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
};

// WorkersLoad spreads the load over workers.
template <typename Worker>
class WorkersLoad final : public Load {
 public:
  explicit WorkersLoad(LoadOptions options) : options_(std::move(options)) {
    const size_t workers = std::min(kMostWorkers, options_.connections);
    for (size_t i = 0; i < workers; ++i) {
      workers_.push_back(std::make_unique<Worker>(options_, options_.connections / workers,
                                                  options_.in_flight / workers));
    }
  }

  LoadSample RunFor(absl::Duration duration) override {
    return Run(MonotonicNanos() + absl::ToInt64Nanoseconds(duration), /*once=*/false);
  }
  LoadSample RunOnce() override { return Run(INT64_MAX, /*once=*/true); }

 private:
  LoadSample Run(int64_t end, bool once) {
    const int64_t begin = MonotonicNanos();
    LoadPlan plan(options_, end, once);
    std::vector<LoadSample> samples(workers_.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < workers_.size(); ++i) {
      threads.emplace_back([&, i] { samples[i] = workers_[i]->Run(plan); });
    }
    for (std::thread& thread : threads) thread.join();
    LoadSample sum;
    sum.seconds = static_cast<double>(std::min(end, MonotonicNanos()) - begin) * 1e-9;
    for (const LoadSample& one : samples) {
      sum.responses += one.responses;
      sum.latencies_ns.insert(sum.latencies_ns.end(), one.latencies_ns.begin(),
                              one.latencies_ns.end());
      if (sum.error.empty()) sum.error = one.error;
    }
    return sum;
  }

  const LoadOptions options_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_LOAD_WORKER_H_
