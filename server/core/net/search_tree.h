// A sorted array that is searched in few cache lines: which of its keys is the last
// that is not above a value. For prefix_table.h.
#ifndef POSTERN_SERVER_CORE_NET_SEARCH_TREE_H_
#define POSTERN_SERVER_CORE_NET_SEARCH_TREE_H_

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace postern {

// SearchTree holds the keys in nodes of kWidth; level after level above them has the
// first key of each node, until one node is left. The upper levels stay in the
// processor's cache, so that a search in millions of keys waits for memory two or three
// times, where a binary search would a dozen times. Costs 1 / (kWidth - 1) of the keys'
// own memory. Thread safe while it is not assigned to.
template <typename Key, size_t kWidth>
class SearchTree {
 public:
  SearchTree() = default;

  // The keys are in ascending order, no two are equal, and the first is the least of
  // all values.
  explicit SearchTree(std::vector<Key> keys) {
    if (keys.empty()) return;
    levels_.push_back(Level(std::move(keys)));
    while (levels_.back().count > kWidth) {
      const std::vector<Key>& below = levels_.back().keys;
      std::vector<Key> first;
      first.reserve(below.size() / kWidth + kWidth);
      for (size_t i = 0; i < below.size(); i += kWidth) first.push_back(below[i]);
      levels_.push_back(Level(std::move(first)));
    }
  }

  bool Empty() const { return levels_.empty(); }

  // Find returns the place of the last key that is not above the value, in the order of
  // the keys as they were given. There has to be a key.
  size_t Find(Key value) const {
    size_t place = 0;
    for (size_t level = levels_.size(); level-- > 0;) {
      const Key* const node = &levels_[level].keys[place * kWidth];
      size_t not_above = 0;  // counted without a branch, which no predictor could foresee
      for (size_t i = 1; i < kWidth; ++i) not_above += node[i] <= value ? 1 : 0;
      // The greatest of all values finds the padding as well.
      place = std::min(place * kWidth + not_above, levels_[level].count - 1);
    }
    return place;
  }

  // Bytes is the memory that the keys take, all levels of them.
  size_t Bytes() const {
    size_t bytes = 0;
    for (const Level& level : levels_) bytes += level.keys.capacity() * sizeof(Key);
    return bytes;
  }

 private:
  struct Level {
    explicit Level(std::vector<Key> given) : keys(std::move(given)), count(keys.size()) {
      keys.resize((count + kWidth - 1) / kWidth * kWidth, std::numeric_limits<Key>::max());
      keys.shrink_to_fit();
    }
    std::vector<Key> keys;  // the last node filled up with the greatest value
    size_t count;
  };

  std::vector<Level> levels_;  // from the keys up
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_SEARCH_TREE_H_
