// Who holds which range of numbers, searched in few cache lines. For prefix_table.h.
#ifndef POSTERN_SERVER_CORE_NET_RANGE_MAP_H_
#define POSTERN_SERVER_CORE_NET_RANGE_MAP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace postern {

// RangeMap cuts all values of Key into ranges. Leaves have where kLeaf ranges begin, and
// beside it who holds them; level after level above has the first begin of each node
// below, kWidth in a node, until one node is left. The upper levels stay in the processor's
// cache, so that a search in millions of ranges waits for memory once or twice, where a
// binary search would a dozen times (tests/bench/rate_core_benchmark.cc). Thread safe
// while it is not assigned to.
template <typename Key, size_t kLeaf, size_t kWidth>
class RangeMap {
 public:
  // A map of no ranges, which cannot be searched.
  RangeMap() = default;

  // The i-th range begins at begins[i], ends before the next, and is held by holders[i].
  // They are as many, and begins ascend from the least of all values.
  RangeMap(absl::Span<const Key> begins, absl::Span<const uint32_t> holders) {
    std::vector<Key> first;  // of the leaves, then of the nodes
    leaves_.reserve((begins.size() + kLeaf - 1) / kLeaf);
    first.reserve(leaves_.capacity());
    for (size_t i = 0; i < begins.size(); i += kLeaf) {
      Leaf leaf;
      for (size_t j = 0; j < kLeaf; ++j) {
        const bool is = i + j < begins.size();
        leaf.begins[j] = is ? begins[i + j] : kGreatest;
        leaf.holders[j] = is ? holders[i + j] : holders.back();  // the greatest finds this one
      }
      leaves_.push_back(leaf);
      first.push_back(begins[i]);
    }
    while (first.size() > 1) first = AddLevel(first);
  }

  bool Empty() const { return leaves_.empty(); }

  // Find returns who holds the range that the value is in. The map must not be empty.
  uint32_t Find(Key value) const {
    size_t place = 0;
    for (size_t level = levels_.size(); level-- > 0;) {
      // The greatest of all values finds what fills up the last node as well.
      place = std::min(place * kWidth + NotAbove(levels_[level].nodes[place].keys, value),
                       levels_[level].keys - 1);
    }
    const Leaf& leaf = leaves_[place];
    // The lines of a leaf come from memory together: one wait, not one for each.
    for (size_t i = 0; i < kLeaf; i += kCacheLine / sizeof(uint32_t)) {
      __builtin_prefetch(&leaf.holders[i]);
    }
    return leaf.holders[NotAbove(leaf.begins, value)];
  }

  // Bytes is the memory that the map takes.
  size_t Bytes() const {
    size_t bytes = leaves_.capacity() * sizeof(Leaf);
    for (const Level& level : levels_) bytes += level.nodes.capacity() * sizeof(Node);
    return bytes;
  }

 private:
  static constexpr Key kGreatest = std::numeric_limits<Key>::max();
  static constexpr size_t kCacheLine = 64;

  struct alignas(kCacheLine) Leaf {
    Key begins[kLeaf];
    uint32_t holders[kLeaf];
  };
  struct alignas(kCacheLine) Node {
    Key keys[kWidth];
  };
  struct Level {
    std::vector<Node> nodes;
    size_t keys = 0;  // without what fills up the last node
  };

  // NotAbove returns the place of the last key that is not above the value; the first is
  // not. It counts without a branch, since none could be foreseen.
  template <size_t kSize>
  static size_t NotAbove(const Key (&keys)[kSize], Key value) {
    size_t place = 0;
    for (size_t i = 1; i < kSize; ++i) place += keys[i] <= value ? 1 : 0;
    return place;
  }

  std::vector<Key> AddLevel(const std::vector<Key>& keys) {
    Level level;
    level.keys = keys.size();
    level.nodes.reserve((keys.size() + kWidth - 1) / kWidth);
    std::vector<Key> first;
    for (size_t i = 0; i < keys.size(); i += kWidth) {
      Node node;
      for (size_t j = 0; j < kWidth; ++j) {
        node.keys[j] = i + j < keys.size() ? keys[i + j] : kGreatest;
      }
      level.nodes.push_back(node);
      first.push_back(keys[i]);
    }
    levels_.push_back(std::move(level));
    return first;
  }

  std::vector<Leaf> leaves_;
  std::vector<Level> levels_;  // from the leaves up
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_RANGE_MAP_H_
