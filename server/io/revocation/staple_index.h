// Finding a certificate's staple by digest, host or name, while they change.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_INDEX_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_INDEX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/mutex.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StapleSlot is the place of one certificate's state. Thread safe; a lock is held for as
// long as it takes to copy a pointer.
class StapleSlot {
 public:
  KeptStaplePtr Get() const {
    MutexLock lock(mutex_);
    return kept_;
  }
  void Set(KeptStaplePtr kept) {
    MutexLock lock(mutex_);
    kept_.swap(kept);
  }

 private:
  mutable Mutex mutex_;
  KeptStaplePtr kept_ POSTERN_GUARDED_BY(mutex_);
};

// StapleIndexEntry is what a certificate is found by.
struct StapleIndexEntry {
  std::string name;
  std::string sha256;              // empty: not found by it
  std::vector<std::string> hosts;  // normal form; may begin with "*."
  absl::Time not_after;
  std::shared_ptr<StapleSlot> slot;
};

// StapleIndex never changes, once made: another set of certificates is another index.
class StapleIndex {
 public:
  explicit StapleIndex(std::vector<StapleIndexEntry> entries);

  // Null if there is none such. By host: an exact name before a wildcard of one label, then
  // the certificate that expires last.
  KeptStaplePtr FindByDigest(absl::string_view sha256) const { return Find(by_digest_, sha256); }
  KeptStaplePtr FindByHost(absl::string_view host) const;
  KeptStaplePtr FindByName(absl::string_view name) const { return Find(by_name_, name); }

  // List returns at most `limit` in the order of their names, those after `after`.
  std::vector<KeptStaplePtr> List(absl::string_view after, size_t limit) const;

 private:
  using Map = absl::flat_hash_map<std::string, const StapleIndexEntry*>;

  static KeptStaplePtr Find(const Map& map, absl::string_view key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : found->second->slot->Get();
  }

  std::vector<StapleIndexEntry> entries_;  // in the order of their names
  Map by_name_;
  Map by_digest_;
  Map by_host_;
};

// SharedStapleIndex is the index of the moment. Thread safe.
class SharedStapleIndex {
 public:
  std::shared_ptr<const StapleIndex> Get() const {
    MutexLock lock(mutex_);
    return index_;
  }
  void Set(std::shared_ptr<const StapleIndex> index) {
    MutexLock lock(mutex_);
    index_.swap(index);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const StapleIndex> index_ POSTERN_GUARDED_BY(mutex_) =
      std::make_shared<const StapleIndex>(std::vector<StapleIndexEntry>());
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_INDEX_H_
