// Which of many address prefixes holds for an address: the longest that contains it, or
// the first in the order of a file, as Exim's iplsearch has it. For limits by client
// network.
//
// Immutable, thread safe. A lookup takes the same few steps for both orders: prefixes
// are cut into ranges that do not overlap when the table is built.
#ifndef POSTERN_SERVER_CORE_NET_PREFIX_TABLE_H_
#define POSTERN_SERVER_CORE_NET_PREFIX_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/core/net/ip_address.h"
#include "server/core/net/range_map.h"

namespace postern {

// PrefixOrder says which prefix holds where several contain an address.
enum class PrefixOrder {
  kLongest,     // the longest; of equal ones the first
  kFirstMatch,  // the first, whatever its length
};

class PrefixTable {
 public:
  // kMaxPrefixes bounds a table: a table of IPv6 prefixes takes at most 50 bytes for
  // each, one of IPv4 prefixes 18.
  static constexpr size_t kMaxPrefixes = 4'000'000;

  // Create takes prefixes whose bits past their length are 0 (PrefixOf); a prefix's
  // place in them is its name. Fails with RESOURCE_EXHAUSTED where there are more than
  // kMaxPrefixes.
  static absl::StatusOr<PrefixTable> Create(absl::Span<const IpPrefix> prefixes, PrefixOrder order);

  // A table without prefixes.
  PrefixTable() = default;

  // Find returns the place of the prefix that holds for an address, if one does. IPv4
  // and IPv6 are apart: ::/0 does not contain an IPv4 address.
  std::optional<uint32_t> Find(const IpAddress& address) const;

  // Bytes is the memory that the table takes.
  size_t Bytes() const;

 private:
  // A leaf of either is four cache lines, which come from memory together.
  RangeMap<uint32_t, 32, 16> v4_;
  RangeMap<absl::uint128, 21, 16> v6_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_NET_PREFIX_TABLE_H_
