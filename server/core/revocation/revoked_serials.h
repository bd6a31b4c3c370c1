// The serial numbers of a CRL, sorted, to look one up in: the octets of the serial
// and 8 more an entry. Serials of one length stand together, without gaps, in an
// order that is looked into by halves.
//
//   RevokedSerialsBuilder builder;
//   builder.Add(serial, {time, reason});
//   const RevokedSerials serials = std::move(builder).Build();
//
// Thread compatible: a set that is not changed can be shared.
#ifndef POSTERN_SERVER_CORE_REVOCATION_REVOKED_SERIALS_H_
#define POSTERN_SERVER_CORE_REVOCATION_REVOKED_SERIALS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/revocation/revocation_reason.h"

namespace postern {

class RevokedSerials {
 public:
  // Find returns the revocation of a serial number: the contents of its INTEGER in
  // DER, so that equal numbers, and no others, have equal octets.
  std::optional<Revocation> Find(absl::string_view serial) const;

  size_t size() const { return revocations_.size(); }

  // bytes returns how much memory the set takes, without the object itself.
  size_t bytes() const;

 private:
  friend class RevokedSerialsBuilder;

  // Serials of one length.
  struct Group {
    size_t length = 0;
    size_t count = 0;
    size_t first_octet = 0;       // in serials_
    size_t first_revocation = 0;  // in revocations_
  };

  std::vector<Group> groups_;  // few: serials are short
  std::string serials_;
  std::vector<int64_t> revocations_;  // seconds since 1970, and the reason in the low octet
};

// RevokedSerialsBuilder gathers entries in any order. Of two of the same serial the
// earlier revocation stays.
class RevokedSerialsBuilder {
 public:
  void Reserve(size_t entries) { entries_.reserve(entries); }

  // Add adds an entry. The octets of the serial are the caller's until Build.
  void Add(absl::string_view serial, const Revocation& revocation);

  RevokedSerials Build() &&;

 private:
  struct Entry {
    uint64_t prefix = 0;  // the first eight octets, so that most comparisons end there
    const char* serial = nullptr;
    int64_t revocation = 0;
    uint32_t length = 0;
  };

  static bool IsSameSerial(const Entry& a, const Entry& b);
  static bool IsBefore(const Entry& a, const Entry& b);

  std::vector<Entry> entries_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_REVOKED_SERIALS_H_
