#include "tests/support/fake_staple_source.h"

#include <algorithm>
#include <memory>

#include "absl/status/status.h"

namespace postern {

void FakeStapleSource::Set(KeptStaple staple) {
  const auto kept = std::make_shared<const KeptStaple>(std::move(staple));
  {
    MutexLock lock(mutex_);
    staples_[kept->name] = kept;
  }
  Tell(kept, /*removed=*/false);
}

void FakeStapleSource::Remove(const std::string& name) {
  KeptStaplePtr kept;
  {
    MutexLock lock(mutex_);
    kept = staples_[name];
    staples_.erase(name);
  }
  Tell(kept, /*removed=*/true);
}

void FakeStapleSource::Tell(const KeptStaplePtr& staple, bool removed) {
  std::vector<Watcher> watchers;
  {
    MutexLock lock(mutex_);
    for (const auto& [id, watcher] : watchers_) watchers.push_back(watcher);
  }
  for (const Watcher& watcher : watchers) watcher(staple, removed);
}

void FakeStapleSource::FailRefresh(absl::Status status) {
  MutexLock lock(mutex_);
  failure_ = std::move(status);
}

void FakeStapleSource::Hold() {
  MutexLock lock(mutex_);
  hold_ = true;
}

void FakeStapleSource::Release() {
  std::vector<std::pair<std::string, RefreshDone>> waiting;
  {
    MutexLock lock(mutex_);
    hold_ = false;
    waiting.swap(waiting_);
  }
  for (const auto& [name, done] : waiting) done(Refreshed(name));
}

size_t FakeStapleSource::waiting() const {
  MutexLock lock(mutex_);
  return waiting_.size();
}

size_t FakeStapleSource::watchers() const {
  MutexLock lock(mutex_);
  return watchers_.size();
}

template <typename Predicate>
KeptStaplePtr FakeStapleSource::Find(Predicate is_it) const {
  MutexLock lock(mutex_);
  for (const auto& [name, staple] : staples_) {
    if (is_it(*staple)) return staple;
  }
  return nullptr;
}

KeptStaplePtr FakeStapleSource::FindByDigest(absl::string_view sha256) const {
  return Find([&](const KeptStaple& staple) { return staple.certificate_sha256 == sha256; });
}

KeptStaplePtr FakeStapleSource::FindByHost(absl::string_view host) const {
  return Find([&](const KeptStaple& staple) {
    return std::find(staple.dns_names.begin(), staple.dns_names.end(), host) !=
           staple.dns_names.end();
  });
}

KeptStaplePtr FakeStapleSource::FindByName(absl::string_view name) const {
  return Find([&](const KeptStaple& staple) { return staple.name == name; });
}

std::vector<KeptStaplePtr> FakeStapleSource::List(absl::string_view after, size_t limit) const {
  std::vector<KeptStaplePtr> listed;
  MutexLock lock(mutex_);
  for (auto it = after.empty() ? staples_.begin() : staples_.upper_bound(std::string(after));
       it != staples_.end() && listed.size() < limit; ++it) {
    listed.push_back(it->second);
  }
  return listed;
}

void FakeStapleSource::Refresh(absl::string_view name, RefreshDone done) {
  {
    MutexLock lock(mutex_);
    if (hold_) {
      waiting_.emplace_back(std::string(name), std::move(done));
      return;
    }
  }
  done(Refreshed(std::string(name)));
}

absl::StatusOr<KeptStaplePtr> FakeStapleSource::Refreshed(const std::string& name) const {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return failure_;
  const auto it = staples_.find(name);
  if (it == staples_.end()) return absl::NotFoundError("name: no such certificate");
  return it->second;
}

uint64_t FakeStapleSource::Watch(Watcher watcher) {
  std::vector<KeptStaplePtr> all;
  uint64_t id = 0;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, staple] : staples_) all.push_back(staple);
    id = ++last_id_;
    watchers_[id] = watcher;
  }
  for (const KeptStaplePtr& staple : all) watcher(staple, /*removed=*/false);
  return id;
}

void FakeStapleSource::Unwatch(uint64_t id) {
  MutexLock lock(mutex_);
  watchers_.erase(id);
}

}  // namespace postern
