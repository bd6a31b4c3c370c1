#include "server/core/net/range_map.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "absl/numeric/int128.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

// Numbers that meet: many have the same high part, and the ends occur.
template <typename Key>
Key Number(std::mt19937_64& random) {
  const Key ends[] = {Key{0}, Key{1}, std::numeric_limits<Key>::max(),
                      std::numeric_limits<Key>::max() - 1};
  if (random() % 8 == 0) return ends[random() % 4];
  const auto high = static_cast<Key>(random() % 5);
  constexpr int kHalf = sizeof(Key) * 4;
  return (high << kHalf) | static_cast<Key>(random() % 100);
}

// The holder of a range is its place, and 1000 more, so that it is not taken for one.
template <typename Key, size_t kLeaf, size_t kWidth>
void ExpectFinds(const std::vector<Key>& begins, std::mt19937_64& random) {
  std::vector<uint32_t> holders;
  for (size_t i = 0; i < begins.size(); ++i) holders.push_back(static_cast<uint32_t>(1000 + i));
  const RangeMap<Key, kLeaf, kWidth> map(begins, holders);
  ASSERT_FALSE(map.Empty());
  for (int i = 0; i < 400; ++i) {
    const Key value = i % 2 == 0 ? Number<Key>(random) : begins[random() % begins.size()];
    const auto after = std::upper_bound(begins.begin(), begins.end(), value);
    ASSERT_EQ(map.Find(value), 1000 + (after - begins.begin()) - 1) << begins.size();
  }
}

template <typename Key>
void FindsInMapsOfAllSizes() {
  std::mt19937_64 random(1);
  for (size_t size = 1; size < 400; size += size < 40 ? 1 : 37) {
    std::set<Key> numbers = {Key{0}};
    while (numbers.size() < size) numbers.insert(Number<Key>(random));
    const std::vector<Key> begins(numbers.begin(), numbers.end());
    // Small nodes, so that there are many levels, and those that are in use.
    ExpectFinds<Key, 2, 2>(begins, random);
    ExpectFinds<Key, 3, 4>(begins, random);
    ExpectFinds<Key, 21, 16>(begins, random);
    ExpectFinds<Key, 32, 16>(begins, random);
  }
}

TEST(RangeMap, FindsWhatABinarySearchFindsWhateverTheSize) { FindsInMapsOfAllSizes<uint32_t>(); }

TEST(RangeMap, FindsWhatABinarySearchFindsWhereHighPartsAreEqual) {
  FindsInMapsOfAllSizes<absl::uint128>();
}

TEST(RangeMap, IsEmptyWithoutRanges) {
  EXPECT_TRUE((RangeMap<uint32_t, 2, 2>().Empty()));
  EXPECT_EQ((RangeMap<uint32_t, 2, 2>().Bytes()), 0u);
}

}  // namespace
}  // namespace postern
