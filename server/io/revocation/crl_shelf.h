// The part of the CRL cache that Find sees: what is at hand, and what is wanted.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_SHELF_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_SHELF_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate.h"
#include "server/io/mutex.h"
#include "server/io/revocation/crl_cache_options.h"
#include "server/io/revocation/crl_key.h"

namespace postern {

// CrlUse is what Find leaves for the owner. Thread safe.
struct CrlUse {
  std::atomic<int64_t> used{0};     // nanoseconds since 1970
  std::atomic<bool> asleep{false};  // the owner does nothing until it is asked for
};

// CrlShelfItem is never changed: what becomes of it is another one.
struct CrlShelfItem {
  std::shared_ptr<const CrlKey> key;
  std::shared_ptr<CrlUse> use;
  std::shared_ptr<const Crl> crl;  // may be null
  std::shared_ptr<const CrlStatus> status;
};

// The keys point into the items.
using CrlShelfMap = absl::flat_hash_map<CrlKeyView, CrlShelfItem>;

// WantedCrl is one that Find did not find, or that sleeps.
struct WantedCrl {
  CrlKey key;
  std::string issuer;  // DER
};

// CrlShelf is read by many and written by one, the owner. A reader holds the lock for as
// long as it takes to copy a pointer, and where it notes a wish.
class CrlShelf {
 public:
  // At most so many wishes wait for the owner.
  explicit CrlShelf(size_t max_wanted) : max_wanted_(max_wanted) {}

  // Find returns the CRL; null if there is none. With `notes_wishes` what the owner has to
  // be told is noted, and *is_first_wish is set where it did not know of any.
  std::shared_ptr<const Crl> Find(absl::string_view url, const Certificate& issuer, absl::Time now,
                                  bool notes_wishes, bool* is_first_wish);

  void Publish(std::shared_ptr<const CrlShelfMap> map);
  std::shared_ptr<const CrlShelfMap> Current() const;

  std::vector<WantedCrl> TakeWanted();

  uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  uint64_t misses() const { return misses_.load(std::memory_order_relaxed); }
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  void Note(const CrlKeyView& key, const Certificate& issuer, bool* is_first_wish);

  const size_t max_wanted_;
  std::atomic<uint64_t> hits_{0};
  std::atomic<uint64_t> misses_{0};
  std::atomic<uint64_t> refused_{0};

  mutable Mutex mutex_;
  std::shared_ptr<const CrlShelfMap> map_ POSTERN_GUARDED_BY(mutex_) =
      std::make_shared<CrlShelfMap>();

  Mutex wanted_mutex_;
  // The keys point into the wishes.
  absl::flat_hash_map<CrlKeyView, std::unique_ptr<WantedCrl>> wanted_
      POSTERN_GUARDED_BY(wanted_mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_SHELF_H_
