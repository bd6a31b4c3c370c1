// How many questions may wait at a time.
#ifndef POSTERN_SERVER_RPC_ADMISSION_H_
#define POSTERN_SERVER_RPC_ADMISSION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"

namespace postern {

// Admission bounds what waits for the network: past the limit there is an error
// at once, not a queue. Thread safe.
class Admission {
 public:
  explicit Admission(size_t limit) : limit_(limit) {}

  // Enter admits one question, or returns false. Each one admitted calls Leave.
  bool Enter() {
    if (in_flight_.fetch_add(1, std::memory_order_relaxed) < limit_) return true;
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    refused_.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  void Leave() { in_flight_.fetch_sub(1, std::memory_order_relaxed); }

  size_t limit() const { return limit_; }
  size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  static absl::Status Refusal() {
    return absl::ResourceExhaustedError("too many questions wait for DNS; back off and ask again");
  }

 private:
  const size_t limit_;
  std::atomic<size_t> in_flight_{0};
  std::atomic<uint64_t> refused_{0};
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_ADMISSION_H_
