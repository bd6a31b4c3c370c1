#include "server/io/rate/memory_rate_table.h"

#include <cstdint>
#include <limits>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {
namespace {

RateKey Key(absl::string_view address, int length, int rule = 1) {
  return {static_cast<RateRuleId>(rule), PrefixOf(ParseClientAddress(address).value(), length)};
}

TEST(MemoryRateTable, PacksEveryKeyDifferentlyAndWithoutLoss) {
  std::set<uint16_t> tags;
  for (const int rule : {1, 2, 255}) {
    for (int length = 0; length <= 128; ++length) {
      for (const char* address : {"255.255.255.255", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
        const RateKey key = Key(address, length, rule);
        if (key.prefix.length != length) continue;
        const PackedRateKey packed = PackRateKey(key);
        EXPECT_TRUE(UnpackRateKey(packed) == key) << address << "/" << length;
        EXPECT_NE(packed.tag, 0) << "which is an empty place";
        EXPECT_TRUE(tags.insert(packed.tag).second);
      }
    }
  }
}

TEST(MemoryRateTable, NeverPacksALimitAsMoreThanItIs) {
  for (double limit = 1e-9; limit < 1e15; limit *= 1.0372) {
    const double packed = UnpackLimit(PackLimit(limit));
    EXPECT_LE(packed, limit);
    EXPECT_GT(packed, limit * 0.992);
  }
  for (const double exact : {0.0, 1.0, 5.0, 100.0, 255.0}) {
    EXPECT_EQ(UnpackLimit(PackLimit(exact)), exact);
  }
  EXPECT_EQ(UnpackLimit(PackLimit(std::numeric_limits<double>::denorm_min())), 0);
}

TEST(MemoryRateTable, PutsOutTheLeastOfTheBucketsOfAKeyAndNothingWhileThereIsRoom) {
  MemoryRateTable table(2);  // each key may be in either
  MemoryRateTable::Evicted evicted;
  const auto worth = [](const MemoryRateTable::Entry& entry) { return entry.state().rate; };
  const auto insert = [&](uint8_t client, double rate) {
    const std::string address = "192.0.2." + std::to_string(client);
    MemoryRateTable::Entry entry =
        table.Insert(client, PackRateKey(Key(address, 32)), worth, evicted);
    entry.Set({1, rate});
    return evicted;
  };
  const auto has = [&](uint8_t client) {
    const std::string address = "192.0.2." + std::to_string(client);
    return static_cast<bool>(table.Find(client, PackRateKey(Key(address, 32))));
  };
  ASSERT_EQ(table.Capacity(), 14u);
  for (uint8_t client = 0; client < 14; ++client) {
    EXPECT_EQ(insert(client, client == 9 ? 1 : 100 + client), MemoryRateTable::Evicted::kNothing);
  }
  EXPECT_EQ(insert(20, 50), MemoryRateTable::Evicted::kUnspent);
  EXPECT_FALSE(has(9));
  EXPECT_TRUE(has(20));
  EXPECT_EQ(insert(21, MemoryRateTable::kSpent), MemoryRateTable::Evicted::kUnspent);
  EXPECT_FALSE(has(20));
  EXPECT_EQ(insert(22, 1000), MemoryRateTable::Evicted::kSpent);
  EXPECT_FALSE(has(21));
  EXPECT_EQ(table.size(), table.Capacity());
}

}  // namespace
}  // namespace postern
