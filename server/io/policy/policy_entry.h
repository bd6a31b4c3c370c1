// A policy that was looked up, as the bytes that an answer is made of.
#ifndef POSTERN_SERVER_IO_POLICY_POLICY_ENTRY_H_
#define POSTERN_SERVER_IO_POLICY_POLICY_ENTRY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern {

// EncodedPolicy is a policy as bytes that can be sent.
struct EncodedPolicy {
  std::string policy;  // without the trace
  std::string trace;   // may be appended to `policy`
};

class PolicyEntry;

// PolicyRef keeps an entry alive, as a shared_ptr does, but in one word and without a
// block of its own: a million of them are kept, and each answer reads few cache lines.
class PolicyRef {
 public:
  PolicyRef() = default;
  PolicyRef(std::nullptr_t) {}  // NOLINT(google-explicit-constructor)
  PolicyRef(const PolicyRef& other);
  PolicyRef(PolicyRef&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  PolicyRef& operator=(PolicyRef other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~PolicyRef();

  const PolicyEntry* get() const { return entry_; }
  const PolicyEntry& operator*() const { return *entry_; }
  const PolicyEntry* operator->() const { return entry_; }
  friend bool operator==(const PolicyRef& a, const PolicyRef& b) { return a.entry_ == b.entry_; }
  friend bool operator!=(const PolicyRef& a, const PolicyRef& b) { return a.entry_ != b.entry_; }

 private:
  friend class PolicyEntry;
  explicit PolicyRef(const PolicyEntry* entry);

  const PolicyEntry* entry_ = nullptr;
};

// PolicyEntry is one policy. All but the counters is fixed once it is made.
class PolicyEntry {
 public:
  static PolicyRef Create(absl::string_view key, const EncodedPolicy& encoded, absl::Time now,
                          absl::Time expire_time, int generation);
  PolicyEntry(const PolicyEntry&) = delete;
  PolicyEntry& operator=(const PolicyEntry&) = delete;

  absl::string_view key() const { return Part(0, policy_begin_); }
  absl::string_view policy() const { return Part(policy_begin_, trace_begin_); }
  absl::string_view trace() const { return Part(trace_begin_, end_); }
  // Both, one after the other.
  absl::string_view policy_and_trace() const { return Part(policy_begin_, end_); }
  absl::Time expire_time() const { return expire_time_; }
  uint32_t hits() const { return hits_.load(std::memory_order_relaxed); }
  // Bytes that the entry takes of the cache's bound, with all that keeps it.
  size_t Footprint() const;

 private:
  friend class PolicyCache;
  friend class PolicyCacheShard;
  friend class PolicyRef;

  PolicyEntry(uint32_t policy_begin, uint32_t trace_begin, uint32_t end, absl::Time expire_time,
              absl::Time refresh_time, int generation)
      : policy_begin_(policy_begin),
        trace_begin_(trace_begin),
        end_(end),
        generation_(generation),
        expire_time_(expire_time),
        refresh_time_(refresh_time) {}
  ~PolicyEntry() = default;

  // Key, policy and trace lie behind the entry.
  absl::string_view Part(uint32_t begin, uint32_t end) const {
    return {reinterpret_cast<const char*>(this + 1) + begin, end - begin};
  }
  void Release() const;

  mutable std::atomic<uint32_t> references_{0};
  const uint32_t policy_begin_;
  const uint32_t trace_begin_;
  const uint32_t end_;
  mutable std::atomic<uint32_t> hits_{0};
  const int generation_;
  const absl::Time expire_time_;
  const absl::Time refresh_time_;
  // Of the eviction queue; guarded by the shard's mutex.
  mutable bool visited_ = false;
  mutable bool refreshing_ = false;
  mutable const PolicyEntry* newer_ = nullptr;
  mutable const PolicyEntry* older_ = nullptr;
};

inline PolicyRef::PolicyRef(const PolicyEntry* entry) : entry_(entry) {
  if (entry_ != nullptr) entry_->references_.fetch_add(1, std::memory_order_relaxed);
}
inline PolicyRef::PolicyRef(const PolicyRef& other) : PolicyRef(other.entry_) {}
inline PolicyRef::~PolicyRef() {
  if (entry_ != nullptr) entry_->Release();
}

}  // namespace postern

#endif  // POSTERN_SERVER_IO_POLICY_POLICY_ENTRY_H_
