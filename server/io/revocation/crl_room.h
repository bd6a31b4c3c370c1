// The entries of the CRL cache, and who of them makes room for whom.
//
// What is watched stays. Strangers' CRLs are new at first; those that are asked for ten
// minutes or more after they were first had are established. New ones make room for new
// ones only, so that a flood of them costs those in use nothing.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_ROOM_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_ROOM_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/revocation/crl_cache_options.h"
#include "server/io/revocation/crl_entry.h"
#include "server/io/revocation/crl_key.h"

namespace postern {

inline constexpr absl::Duration kCrlProof = absl::Minutes(10);

// So many of one issuer's new CRLs may wait for their first fetch.
inline constexpr size_t kMaxUntriedOfIssuer = 16;

// CrlRoom holds them. Of one thread.
class CrlRoom {
 public:
  // Goodbye hears of an entry that goes, and why. It must not call the room.
  using Goodbye = std::function<void(const CrlEntry& entry, absl::string_view why)>;

  CrlRoom(const CrlCacheOptions& options, Goodbye goodbye)
      : options_(options), goodbye_(std::move(goodbye)) {}

  CrlEntry* Find(const CrlKeyView& key);

  // Admit takes an entry in, as a new one unless it is watched or established, and returns
  // it. RESOURCE_EXHAUSTED where there is no room; ALREADY_EXISTS.
  absl::StatusOr<CrlEntry*> Admit(std::unique_ptr<CrlEntry> entry);

  // Settle promotes those that have proved themselves, and makes what is too much go, the
  // longest unused first.
  void Settle();

  void Drop(CrlEntry& entry, absl::string_view why);

  size_t WatchedCount() const;
  size_t Bytes() const;  // of all

  std::vector<CrlEntry*> All() const;

 private:
  struct Use {
    size_t count = 0;
    size_t bytes = 0;
  };
  Use UseOf(bool is_new) const;                   // of strangers' entries
  size_t UntriedOf(const CrlEntry& entry) const;  // strangers', of its issuer's key
  // The entry that was not used for longest, of those that may go; null if there is none.
  CrlEntry* Oldest(bool is_new, bool with_crl) const;
  void Shrink(bool is_new, size_t max_count, size_t max_bytes);

  const CrlCacheOptions& options_;
  const Goodbye goodbye_;
  absl::flat_hash_map<CrlKeyView, std::unique_ptr<CrlEntry>> entries_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_ROOM_H_
