#include "server/core/revocation/revoked_serials.h"

#include <algorithm>
#include <cstring>

namespace postern {
namespace {

constexpr int64_t kReasons = 256;

int64_t Pack(const Revocation& revocation) {
  return absl::ToUnixSeconds(revocation.time) * kReasons + static_cast<int64_t>(revocation.reason);
}

Revocation Unpack(int64_t packed) {
  const int64_t reason = (packed % kReasons + kReasons) % kReasons;
  return {absl::FromUnixSeconds((packed - reason) / kReasons),
          RevocationReasonOf(static_cast<uint8_t>(reason))};
}

}  // namespace

std::optional<Revocation> RevokedSerials::Find(absl::string_view serial) const {
  for (const Group& group : groups_) {
    if (group.length != serial.size()) continue;
    const char* const serials = serials_.data() + group.first_octet;
    const auto compare = [&](size_t i) {
      return std::memcmp(serials + i * group.length, serial.data(), group.length);
    };
    size_t first = 0;
    for (size_t count = group.count; count > 0;) {
      const size_t half = count / 2;
      if (compare(first + half) < 0) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    if (first == group.count || compare(first) != 0) return std::nullopt;
    return Unpack(revocations_[group.first_revocation + first]);
  }
  return std::nullopt;
}

size_t RevokedSerials::bytes() const {
  return groups_.capacity() * sizeof(Group) + serials_.capacity() +
         revocations_.capacity() * sizeof(int64_t);
}

void RevokedSerialsBuilder::Add(absl::string_view serial, const Revocation& revocation) {
  Entry entry;
  for (size_t i = 0; i < sizeof entry.prefix; ++i) {
    entry.prefix = entry.prefix << 8 | (i < serial.size() ? static_cast<uint8_t>(serial[i]) : 0);
  }
  entry.serial = serial.data();
  entry.revocation = Pack(revocation);
  entry.length = static_cast<uint32_t>(serial.size());
  entries_.push_back(entry);
}

bool RevokedSerialsBuilder::IsSameSerial(const Entry& a, const Entry& b) {
  return a.length == b.length && a.prefix == b.prefix &&
         std::memcmp(a.serial, b.serial, a.length) == 0;
}

bool RevokedSerialsBuilder::IsBefore(const Entry& a, const Entry& b) {
  if (a.length != b.length) return a.length < b.length;
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = std::memcmp(a.serial, b.serial, a.length);
  return order != 0 ? order < 0 : a.revocation < b.revocation;
}

RevokedSerials RevokedSerialsBuilder::Build() && {
  std::sort(entries_.begin(), entries_.end(), IsBefore);
  entries_.erase(std::unique(entries_.begin(), entries_.end(), IsSameSerial), entries_.end());
  RevokedSerials set;
  size_t octets = 0;
  for (const Entry& entry : entries_) octets += entry.length;
  set.serials_.reserve(octets);
  set.revocations_.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    if (set.groups_.empty() || set.groups_.back().length != entry.length) {
      set.groups_.push_back({entry.length, 0, set.serials_.size(), set.revocations_.size()});
    }
    ++set.groups_.back().count;
    set.serials_.append(entry.serial, entry.length);
    set.revocations_.push_back(entry.revocation);
  }
  entries_ = {};
  return set;
}

}  // namespace postern
