#include "server/io/revocation/staple_watchers.h"

#include <utility>

namespace postern {

uint64_t StapleWatchers::Add(StapleSource::Watcher watcher) {
  auto one = std::make_shared<One>();
  {
    MutexLock lock(one->mutex);
    one->watcher = std::move(watcher);
  }
  MutexLock lock(mutex_);
  watchers_.emplace(++last_id_, std::move(one));
  return last_id_;
}

void StapleWatchers::Remove(uint64_t id) {
  std::shared_ptr<One> one;
  {
    MutexLock lock(mutex_);
    const auto found = watchers_.find(id);
    if (found == watchers_.end()) return;
    one = std::move(found->second);
    watchers_.erase(found);
  }
  StapleSource::Watcher gone;  // destroyed outside the lock
  MutexLock lock(one->mutex);
  gone.swap(one->watcher);
}

void StapleWatchers::Tell(const std::map<std::string, StapleChangeNotice>& changes,
                          const std::function<std::vector<KeptStaplePtr>()>& all) {
  std::vector<std::shared_ptr<One>> watchers;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, one] : watchers_) watchers.push_back(one);
  }
  std::vector<KeptStaplePtr> everything;
  for (const std::shared_ptr<One>& one : watchers) {
    const bool is_new = std::exchange(one->is_new, false);
    if (is_new && everything.empty()) everything = all();
    MutexLock lock(one->mutex);
    if (one->watcher == nullptr) continue;
    if (is_new) {
      for (const KeptStaplePtr& staple : everything) one->watcher(staple, false);
      continue;
    }
    for (const auto& [name, change] : changes) one->watcher(change.staple, change.removed);
  }
}

}  // namespace postern
