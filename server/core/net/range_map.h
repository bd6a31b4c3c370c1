// Who holds which range of numbers, searched in few cache lines. For prefix_table.h.
#ifndef POSTERN_SERVER_CORE_NET_RANGE_MAP_H_
#define POSTERN_SERVER_CORE_NET_RANGE_MAP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"

namespace postern {

// KeyParts says how a RangeMap keeps its keys: the high part where it searches, the low
// part apart, where it looks only if the high parts are equal.
template <typename Key>
struct KeyParts {
  using High = Key;
  static constexpr bool kHasLow = false;
  static High HighOf(Key key) { return key; }
  static uint64_t LowOf(Key) { return 0; }
};

template <>
struct KeyParts<absl::uint128> {
  using High = uint64_t;
  static constexpr bool kHasLow = true;
  static High HighOf(absl::uint128 key) { return absl::Uint128High64(key); }
  static uint64_t LowOf(absl::uint128 key) { return absl::Uint128Low64(key); }
};

// RangeMap cuts all values of Key into ranges. Leaves have where kLeaf ranges begin, and
// beside it who holds them; level after level above has the first begin of each node
// below, kWidth in a node, until one node is left. The upper levels stay in the processor's
// cache, and the lines of a leaf come from memory together, so that a search in millions
// of ranges waits for memory about once, where a binary search would a dozen times
// (tests/bench/rate_core_benchmark.cc). Thread safe while it is not assigned to.
template <typename Key, size_t kLeaf, size_t kWidth>
class RangeMap {
 public:
  // A map of no ranges, which cannot be searched.
  RangeMap() = default;

  // The i-th range begins at begins[i], ends before the next, and is held by holders[i].
  // They are as many, and begins ascend from the least of all values.
  RangeMap(absl::Span<const Key> begins, absl::Span<const uint32_t> holders) {
    std::vector<Key> first = Cut(begins, leaves_);
    for (size_t i = 0; i < holders.size(); ++i) {
      leaves_.nodes[i / kLeaf].holders[i % kLeaf] = holders[i];
    }
    while (first.size() > 1) {
      Level<Node> level;
      first = Cut(first, level);
      levels_.push_back(std::move(level));
    }
  }

  bool Empty() const { return leaves_.nodes.empty(); }

  // Find returns who holds the range that the value is in. The map must not be empty.
  uint32_t Find(Key value) const {
    size_t place = 0;
    for (size_t level = levels_.size(); level-- > 0;) place = Descend(levels_[level], place, value);
    const Leaf& leaf = leaves_.nodes[place];
    for (size_t i = 0; i < kLeaf; i += kCacheLine / sizeof(uint32_t)) {
      __builtin_prefetch(&leaf.holders[i]);
    }
    return leaf.holders[Descend(leaves_, place, value) - place * kLeaf];
  }

  // Bytes is the memory that the map takes.
  size_t Bytes() const {
    size_t bytes = leaves_.Bytes();
    for (const Level<Node>& level : levels_) bytes += level.Bytes();
    return bytes;
  }

 private:
  using Parts = KeyParts<Key>;
  using High = typename Parts::High;

  static constexpr size_t kCacheLine = 64;

  struct alignas(kCacheLine) Leaf {
    High keys[kLeaf];
    uint32_t holders[kLeaf];
  };
  struct alignas(kCacheLine) Node {
    High keys[kWidth];
  };

  template <typename Of>
  struct Level {
    std::vector<Of> nodes;
    std::vector<uint64_t> lows;  // of each key, if they have low parts
    size_t keys = 0;             // without what fills up the last node

    size_t Bytes() const {
      return nodes.capacity() * sizeof(Of) + lows.capacity() * sizeof(uint64_t);
    }
  };

  // Cut puts keys into nodes, and returns the first of each node.
  template <typename Of>
  static std::vector<Key> Cut(absl::Span<const Key> keys, Level<Of>& level) {
    constexpr size_t kSize = sizeof(Of::keys) / sizeof(High);
    constexpr Key kGreatest = std::numeric_limits<Key>::max();
    level.keys = keys.size();
    level.nodes.resize((keys.size() + kSize - 1) / kSize);
    if constexpr (Parts::kHasLow) level.lows.resize(level.nodes.size() * kSize);
    std::vector<Key> first;
    first.reserve(level.nodes.size());
    for (size_t i = 0; i < level.nodes.size() * kSize; ++i) {
      const Key key = i < keys.size() ? keys[i] : kGreatest;
      level.nodes[i / kSize].keys[i % kSize] = Parts::HighOf(key);
      if constexpr (Parts::kHasLow) level.lows[i] = Parts::LowOf(key);
      if (i % kSize == 0) first.push_back(key);
    }
    return first;
  }

  // Descend returns the place, in its level, of the last key of a node that is not above
  // the value; the first is not.
  template <typename Of>
  static size_t Descend(const Level<Of>& level, size_t node, Key value) {
    constexpr size_t kSize = sizeof(Of::keys) / sizeof(High);
    const High high = Parts::HighOf(value);
    const High* const keys = level.nodes[node].keys;
    size_t place = 0;  // counted without a branch, since none could be foreseen
    for (size_t i = 1; i < kSize; ++i) place += keys[i] <= high ? 1 : 0;
    if constexpr (Parts::kHasLow) {
      const uint64_t* const lows = &level.lows[node * kSize];
      while (keys[place] == high && lows[place] > Parts::LowOf(value)) --place;
    }
    // The greatest of all values finds what fills up the last node as well.
    return std::min(node * kSize + place, level.keys - 1);
  }

  Level<Leaf> leaves_;
  std::vector<Level<Node>> levels_;  // from the leaves up
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_RANGE_MAP_H_
