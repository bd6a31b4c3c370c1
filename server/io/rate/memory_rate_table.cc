#include "server/io/rate/memory_rate_table.h"

#include <cstring>

namespace postern {
namespace {

constexpr int kIpv4Lengths = 129;  // where they begin

}  // namespace

RateKey UnpackRateKey(const PackedRateKey& key) {
  RateKey unpacked;
  unpacked.rule = static_cast<RateRuleId>(key.tag >> 8);
  const int length = key.tag & 0xff;
  unpacked.prefix.address.v4 = length >= kIpv4Lengths;
  unpacked.prefix.length = length >= kIpv4Lengths ? length - kIpv4Lengths : length;
  std::memcpy(unpacked.prefix.address.octets.data(), key.address.data(), 16);
  return unpacked;
}

// The upper half of a float: its sign, exponent, and 7 bits after the point.
uint16_t PackLimit(double limit) {
  const auto single = static_cast<float>(limit);
  uint32_t bits;
  std::memcpy(&bits, &single, 4);
  // To the nearest float may have been up; the next lower one is low enough.
  if (static_cast<double>(single) > limit) --bits;
  return static_cast<uint16_t>(bits >> 16);
}

double UnpackLimit(uint16_t limit) {
  const uint32_t bits = static_cast<uint32_t>(limit) << 16;
  float single;
  std::memcpy(&single, &bits, 4);
  return static_cast<double>(single);
}

MemoryRateTable::Entry MemoryRateTable::FindEmpty(uint64_t hash) {
  Entry found;
  int most = 0;
  for (Bucket* bucket : {&buckets_[First(hash)], &buckets_[Second(hash)]}) {
    int room = 0;
    int empty = 0;
    for (int way = 0; way < kWays; ++way) {
      if (bucket->tag[static_cast<size_t>(way)] != 0) continue;
      ++room;
      empty = way;
    }
    if (room <= most) continue;
    most = room;
    found = Entry(bucket, empty);
  }
  return found;
}

}  // namespace postern
