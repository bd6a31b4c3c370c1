// A StapleSource that has what a test puts there.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SOURCE_H_
#define POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/io/mutex.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// FakeStapleSource tells watchers inside Set and Remove, and answers Refresh inside, or,
// once Hold was called, with Release. Hosts are found by an exact name only. Thread safe.
class FakeStapleSource : public StapleSource {
 public:
  ~FakeStapleSource() override { Release(); }

  void Set(KeptStaple staple);
  void Remove(const std::string& name);

  // FailRefresh makes each refresh fail.
  void FailRefresh(absl::Status status);
  void Hold();
  void Release();
  // How many refreshes wait, and how many watchers there are.
  size_t waiting() const;
  size_t watchers() const;

  KeptStaplePtr FindByDigest(absl::string_view sha256) const override;
  KeptStaplePtr FindByHost(absl::string_view host) const override;
  KeptStaplePtr FindByName(absl::string_view name) const override;
  std::vector<KeptStaplePtr> List(absl::string_view after, size_t limit) const override;
  void Refresh(absl::string_view name, RefreshDone done) override;
  uint64_t Watch(Watcher watcher) override;
  void Unwatch(uint64_t id) override;

 private:
  template <typename Predicate>
  KeptStaplePtr Find(Predicate is_it) const;
  void Tell(const KeptStaplePtr& staple, bool removed);
  absl::StatusOr<KeptStaplePtr> Refreshed(const std::string& name) const;

  mutable Mutex mutex_;
  std::map<std::string, KeptStaplePtr> staples_ POSTERN_GUARDED_BY(mutex_);
  std::map<uint64_t, Watcher> watchers_ POSTERN_GUARDED_BY(mutex_);
  uint64_t last_id_ POSTERN_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ POSTERN_GUARDED_BY(mutex_);
  bool hold_ POSTERN_GUARDED_BY(mutex_) = false;
  std::vector<std::pair<std::string, RefreshDone>> waiting_ POSTERN_GUARDED_BY(mutex_);
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_STAPLE_SOURCE_H_
