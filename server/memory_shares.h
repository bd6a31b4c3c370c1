// How the memory budget is shared out, and how many resolver threads it has room for.
// For the configuration's check, and for Server. Pure.
#ifndef POSTERN_SERVER_MEMORY_SHARES_H_
#define POSTERN_SERVER_MEMORY_SHARES_H_

#include <algorithm>
#include <cstddef>

#include "server/io/dns/unbound_options.h"

namespace postern {

// Percent of memory.budget; the rest is for what is under way and what allocators waste.
inline constexpr size_t kPolicyCachePercent = 42;
inline constexpr size_t kResolverPercent = 32;
inline constexpr size_t kHandshakePercent = 2;
inline constexpr size_t kCrlPercent = 5;
inline constexpr size_t kGrpcPercent = 15;

constexpr size_t PolicyCacheBytes(size_t budget) { return budget / 100 * kPolicyCachePercent; }

// HandshakeMemoBytes is for remembered verdicts of handshakes and staples.
constexpr size_t HandshakeMemoBytes(size_t budget) { return budget / 100 * kHandshakePercent; }

// CrlBytes is for the CRLs of peers.
constexpr size_t CrlBytes(size_t budget) { return budget / 100 * kCrlPercent; }

// CheckedCrlBytes is for the CRLs that callers of CheckCrl bring, all together: as much again,
// or one of the largest with its certificates.
constexpr size_t CheckedCrlBytes(size_t budget, size_t max_crl_bytes) {
  return std::max(max_crl_bytes + (size_t{128} << 10), CrlBytes(budget));
}

// ResolverCacheBytes is for libunbound's caches.
constexpr size_t ResolverCacheBytes(size_t budget) { return budget / 100 * kResolverPercent; }

// GrpcBytes is for connections and messages. Less than 16 MiB would not take the largest
// message that limits.max_message_bytes may allow.
constexpr size_t GrpcBytes(size_t budget) {
  return std::max(budget / 100 * kGrpcPercent, size_t{32} << 20);
}

// MaxResolverThreads is how many threads the resolver's share has room for.
constexpr size_t MaxResolverThreads(size_t budget) {
  return std::min(kMaxUnboundThreads, ResolverCacheBytes(budget) / kMinUnboundCacheBytes);
}

// BudgetForThreads is a budget that has room for so many, in whole MiB.
constexpr size_t BudgetForThreads(size_t threads) {
  constexpr size_t kMiB = size_t{1} << 20;
  size_t budget = 16 * kMiB;
  while (MaxResolverThreads(budget) < threads) budget += kMiB;
  return budget;
}

}  // namespace postern

#endif  // POSTERN_SERVER_MEMORY_SHARES_H_
