#include "server/io/policy/policy_entry.h"

#include <algorithm>
#include <new>

namespace postern {
namespace {

// What is shorter is not worth renewing ahead of its end.
constexpr absl::Duration kShortestRefresh = absl::Seconds(10);

}  // namespace

PolicyRef PolicyEntry::Create(absl::string_view key, const EncodedPolicy& encoded, absl::Time now,
                              absl::Time expire_time, int generation) {
  const absl::Duration lifetime = expire_time - now;
  const absl::Time refresh_time =
      lifetime >= kShortestRefresh ? now + lifetime * 9 / 10 : absl::InfiniteFuture();
  const size_t policy_begin = key.size();
  const size_t trace_begin = policy_begin + encoded.policy.size();
  const size_t end = trace_begin + encoded.trace.size();
  void* const block = ::operator new(sizeof(PolicyEntry) + end);
  const auto* const entry = new (block)
      PolicyEntry(static_cast<uint32_t>(policy_begin), static_cast<uint32_t>(trace_begin),
                  static_cast<uint32_t>(end), expire_time, refresh_time, generation);
  char* const bytes = static_cast<char*>(block) + sizeof(PolicyEntry);
  char* const policy = std::copy(key.begin(), key.end(), bytes);
  char* const trace = std::copy(encoded.policy.begin(), encoded.policy.end(), policy);
  std::copy(encoded.trace.begin(), encoded.trace.end(), trace);
  return PolicyRef(entry);
}

size_t PolicyEntry::Footprint() const {
  // A slot of the table at its emptiest (nine bytes, 7/16 full), and what the allocator
  // adds to the block.
  constexpr size_t kSlot = 21, kAllocator = 16;
  return sizeof(PolicyEntry) + end_ + kSlot + kAllocator;
}

void PolicyEntry::Release() const {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  this->~PolicyEntry();
  ::operator delete(const_cast<PolicyEntry*>(this));
}

}  // namespace postern
