#include "server/core/net/prefix_table.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

constexpr uint32_t kNobody = std::numeric_limits<uint32_t>::max();

void ReadKey(const IpAddress& address, uint32_t& key) {
  key = 0;
  for (size_t i = 0; i < 4; ++i) key = key << 8 | address.octets[i];
}

void ReadKey(const IpAddress& address, absl::uint128& key) {
  uint64_t half[2] = {0, 0};
  for (size_t i = 0; i < 16; ++i) half[i / 8] = half[i / 8] << 8 | address.octets[i];
  key = absl::MakeUint128(half[0], half[1]);
}

// Piece is a prefix as the range of addresses first to last.
template <typename Key>
struct Piece {
  Key first;
  Key last;
  uint32_t name;
};

// Pieces returns the prefixes of one family so that each comes after those that contain
// it, and of equal ones the first in the file last.
template <typename Key>
std::vector<Piece<Key>> Pieces(absl::Span<const IpPrefix> prefixes, bool v4) {
  constexpr int kBits = sizeof(Key) * 8;
  std::vector<Piece<Key>> pieces;
  for (size_t i = 0; i < prefixes.size(); ++i) {
    if (prefixes[i].address.v4 != v4) continue;
    Piece<Key> piece;
    ReadKey(prefixes[i].address, piece.first);
    const int length = prefixes[i].length;
    const Key past = length >= kBits ? Key{0} : std::numeric_limits<Key>::max() >> length;
    piece.last = piece.first | past;
    piece.name = static_cast<uint32_t>(i);
    pieces.push_back(piece);
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece<Key>& a, const Piece<Key>& b) {
    return std::tie(a.first, b.last, b.name) < std::tie(b.first, a.last, a.name);
  });
  return pieces;
}

// Cut walks the pieces in the order of addresses, with those that contain the present
// address on a stack, and writes down where another one begins to hold.
template <typename Key>
class Cut {
 public:
  Cut(absl::Span<const Piece<Key>> pieces, PrefixOrder order) {
    Hold(Key{0}, kNobody);
    for (const Piece<Key>& piece : pieces) {
      CloseBefore(piece.first);
      // The innermost is the longest, and of equal ones the first of the file.
      uint32_t holder = piece.name;
      if (order == PrefixOrder::kFirstMatch) holder = std::min(holder, Holder());
      open_.push_back({piece.last, holder});
      Hold(piece.first, holder);
    }
    CloseAll();
  }

  std::vector<Key> begins;
  std::vector<uint32_t> holders;

 private:
  struct Open {
    Key last;
    uint32_t holder;
  };

  uint32_t Holder() const { return open_.empty() ? kNobody : open_.back().holder; }

  void Hold(Key from, uint32_t holder) {
    if (!begins.empty() && begins.back() == from) {
      holders.back() = holder;
      // What begins here may be what held before.
      if (holders.size() >= 2 && holders[holders.size() - 2] == holder) Drop();
    } else if (holders.empty() || holders.back() != holder) {
      begins.push_back(from);
      holders.push_back(holder);
    }
  }

  void Drop() {
    begins.pop_back();
    holders.pop_back();
  }

  void Close() {
    const Key last = open_.back().last;
    open_.pop_back();
    if (last != std::numeric_limits<Key>::max()) Hold(last + 1, Holder());
  }
  void CloseBefore(Key first) {
    while (!open_.empty() && open_.back().last < first) Close();
  }
  void CloseAll() {
    while (!open_.empty()) Close();
  }

  std::vector<Open> open_;
};

template <typename Key, typename Map>
Map BuildMap(absl::Span<const IpPrefix> prefixes, bool v4, PrefixOrder order) {
  const std::vector<Piece<Key>> pieces = Pieces<Key>(prefixes, v4);
  if (pieces.empty()) return Map();
  const Cut<Key> cut(pieces, order);
  return Map(cut.begins, cut.holders);
}

template <typename Key, typename Map>
std::optional<uint32_t> FindIn(const Map& map, const IpAddress& address) {
  if (map.Empty()) return std::nullopt;
  Key key;
  ReadKey(address, key);
  const uint32_t holder = map.Find(key);
  if (holder == kNobody) return std::nullopt;
  return holder;
}

}  // namespace

absl::StatusOr<PrefixTable> PrefixTable::Create(absl::Span<const IpPrefix> prefixes,
                                                PrefixOrder order) {
  if (prefixes.size() > kMaxPrefixes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(prefixes.size(), " prefixes; a table has at most ", kMaxPrefixes));
  }
  PrefixTable table;
  table.v4_ = BuildMap<uint32_t, decltype(table.v4_)>(prefixes, true, order);
  table.v6_ = BuildMap<absl::uint128, decltype(table.v6_)>(prefixes, false, order);
  return table;
}

std::optional<uint32_t> PrefixTable::Find(const IpAddress& address) const {
  return address.v4 ? FindIn<uint32_t>(v4_, address) : FindIn<absl::uint128>(v6_, address);
}

size_t PrefixTable::Bytes() const { return v4_.Bytes() + v6_.Bytes(); }

}  // namespace postern
