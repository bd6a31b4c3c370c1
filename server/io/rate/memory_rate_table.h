// A hash table of rate states in memory that is taken once: 256 bytes for 7 keys. A key is
// in one of two buckets, so that hardly one is turned out before the table is full.
//
// Not thread safe. Hashes are of a secret key (sip_hash.h); all of their bits are used.
#ifndef POSTERN_SERVER_IO_RATE_MEMORY_RATE_TABLE_H_
#define POSTERN_SERVER_IO_RATE_MEMORY_RATE_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "server/core/rate/rate_key.h"
#include "server/core/rate/rate_verdict.h"

namespace postern {

// PackedRateKey is a RateKey in 18 bytes. A tag is 0 for no rule at all, else the rule in
// the high byte, and the length of the prefix in the low one, plus 129 if it is IPv4.
struct PackedRateKey {
  std::array<uint64_t, 2> address = {};
  uint16_t tag = 0;

  bool operator==(const PackedRateKey& other) const {
    return address == other.address && tag == other.tag;
  }
};
inline PackedRateKey PackRateKey(const RateKey& key) {
  PackedRateKey packed;
  std::memcpy(packed.address.data(), key.prefix.address.octets.data(), 16);
  const int length = key.prefix.length + (key.prefix.address.v4 ? 129 : 0);
  packed.tag = static_cast<uint16_t>(static_cast<int>(key.rule) << 8 | length);
  return packed;
}
RateKey UnpackRateKey(const PackedRateKey& key);

// PackLimit keeps a limit to 8 binary digits, never more than the limit.
uint16_t PackLimit(double limit);
double UnpackLimit(uint16_t limit);

class MemoryRateTable {
 private:
  static constexpr int kWays = 7;

  // What is compared is in the first two cache lines, what is found in the others. All zero
  // is empty.
  struct alignas(64) Bucket {
    std::array<std::array<uint64_t, 2>, kWays> address;
    std::array<uint16_t, kWays> tag;
    uint16_t unused;
    std::array<int64_t, kWays> last;
    std::array<double, kWays> rate;
    std::array<uint16_t, kWays> limit;
    uint16_t unused_too;
  };
  static_assert(sizeof(Bucket) == 256);

 public:
  static constexpr size_t kBucketBytes = sizeof(Bucket);

  // Entry is where a key's state is, until the next Insert or Erase.
  class Entry {
   public:
    Entry() = default;
    explicit operator bool() const { return bucket_ != nullptr; }

    PackedRateKey key() const { return {bucket_->address[way_], bucket_->tag[way_]}; }
    RateRuleId rule() const { return static_cast<RateRuleId>(bucket_->tag[way_] >> 8); }
    RateState state() const { return {bucket_->last[way_], bucket_->rate[way_]}; }
    double limit() const { return UnpackLimit(bucket_->limit[way_]); }
    void Set(const RateState& state) {
      bucket_->last[way_] = state.last;
      bucket_->rate[way_] = state.rate;
    }
    void SetLimit(double limit) { bucket_->limit[way_] = PackLimit(limit); }

   private:
    friend class MemoryRateTable;
    Entry(Bucket* bucket, int way) : bucket_(bucket), way_(static_cast<size_t>(way)) {}

    Bucket* bucket_ = nullptr;
    size_t way_ = 0;
  };

  // kSpent is the worth of what may be forgotten, lower than any other.
  static constexpr double kSpent = -1;

  explicit MemoryRateTable(size_t buckets) : buckets_(buckets < 2 ? 2 : buckets) {}

  void Prefetch(uint64_t hash) const {
    __builtin_prefetch(&buckets_[First(hash)]);
    __builtin_prefetch(&buckets_[First(hash)].address[4]);
    __builtin_prefetch(&buckets_[Second(hash)]);
    __builtin_prefetch(&buckets_[Second(hash)].address[4]);
  }

  Entry Find(uint64_t hash, const PackedRateKey& key) {
    Bucket& first = buckets_[First(hash)];
    if (const int way = WayOf(first, key); way >= 0) return {&first, way};
    Bucket& second = buckets_[Second(hash)];
    if (const int way = WayOf(second, key); way >= 0) return {&second, way};
    return {};
  }

  // Evicted is what had to go for a new key.
  enum class Evicted { kNothing, kSpent, kUnspent };

  // Insert makes an entry for a key that is not there. Where there is no room the entry goes
  // for which worth(entry) is the lowest.
  template <typename Worth>
  Entry Insert(uint64_t hash, const PackedRateKey& key, const Worth& worth, Evicted& evicted) {
    Entry place = FindEmpty(hash);
    evicted = Evicted::kNothing;
    if (place) {
      ++size_;
    } else {
      double least = 0;
      place = LeastWorth(hash, worth, least);
      evicted = least == kSpent ? Evicted::kSpent : Evicted::kUnspent;
    }
    place.bucket_->address[place.way_] = key.address;
    place.bucket_->tag[place.way_] = key.tag;
    return place;
  }

  void Erase(Entry entry) {
    entry.bucket_->tag[entry.way_] = 0;
    --size_;
  }

  // ForEach calls visit(entry) for each; it must not insert or erase.
  template <typename Visit>
  void ForEach(const Visit& visit) {
    for (Bucket& bucket : buckets_) {
      for (int way = 0; way < kWays; ++way) {
        if (bucket.tag[static_cast<size_t>(way)] != 0) visit(Entry(&bucket, way));
      }
    }
  }

  size_t size() const { return size_; }
  size_t Capacity() const { return buckets_.size() * kWays; }
  size_t Bytes() const { return buckets_.size() * sizeof(Bucket); }

 private:
  // The place of 28 bits of a hash among the buckets.
  size_t Place(uint64_t bits) const { return (bits & 0xfffffff) * buckets_.size() >> 28; }
  size_t First(uint64_t hash) const { return Place(hash); }
  size_t Second(uint64_t hash) const {
    const size_t place = Place(hash >> 28);
    if (place != First(hash)) return place;
    return place + 1 < buckets_.size() ? place + 1 : 0;
  }

  static int WayOf(const Bucket& bucket, const PackedRateKey& key) {
    for (size_t way = 0; way < kWays; ++way) {
      if (bucket.tag[way] == key.tag && bucket.address[way] == key.address) {
        return static_cast<int>(way);
      }
    }
    return -1;
  }

  // FindEmpty finds room in the bucket of the two that has more of it.
  Entry FindEmpty(uint64_t hash);

  // LeastWorth takes what is spent in the bucket that has more of it, so that buckets fill
  // alike; where nothing is, what is worth the least.
  template <typename Worth>
  Entry LeastWorth(uint64_t hash, const Worth& worth, double& least) {
    Entry found;
    least = std::numeric_limits<double>::infinity();
    int most_spent = 0;
    for (Bucket* bucket : {&buckets_[First(hash)], &buckets_[Second(hash)]}) {
      Entry of_bucket;
      double least_of_bucket = 0;
      int spent = 0;
      for (int way = 0; way < kWays; ++way) {
        const Entry entry(bucket, way);
        const double is_worth = worth(entry);
        if (is_worth == kSpent) ++spent;
        if (of_bucket && !(is_worth < least_of_bucket)) continue;
        of_bucket = entry;
        least_of_bucket = is_worth;
      }
      if (found && spent <= most_spent && !(least_of_bucket < least)) continue;
      found = of_bucket;
      least = least_of_bucket;
      most_spent = spent;
    }
    return found;
  }

  std::vector<Bucket> buckets_;
  size_t size_ = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_RATE_MEMORY_RATE_TABLE_H_
