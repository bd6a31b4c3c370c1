#include "server/io/revocation/crl_shelf.h"

#include <utility>

namespace postern {

std::shared_ptr<const Crl> CrlShelf::Find(absl::string_view url, const Certificate& issuer,
                                          absl::Time now, bool notes_wishes, bool* is_first_wish) {
  const CrlKeyView key = CrlKeyOf(url, issuer);
  const std::shared_ptr<const CrlShelfMap> map = Current();
  const auto found = map->find(key);
  if (found == map->end()) {
    misses_.fetch_add(1, std::memory_order_relaxed);
    if (notes_wishes) Note(key, issuer, is_first_wish);
    return nullptr;
  }
  CrlUse& use = *found->second.use;
  // The order of these two, and of the owner's, lets one of both see the other.
  use.used.store(absl::ToUnixNanos(now));
  if (notes_wishes && use.asleep.load()) Note(key, issuer, is_first_wish);
  (found->second.crl == nullptr ? misses_ : hits_).fetch_add(1, std::memory_order_relaxed);
  return found->second.crl;
}

void CrlShelf::Note(const CrlKeyView& key, const Certificate& issuer, bool* is_first_wish) {
  // To let a certificate that may not sign CRLs stand for its key would spoil the CRL for
  // those who come with the right one.
  if (!IsCrlUrl(key.url) || !MaySignCrls(issuer)) return;
  {
    MutexLock lock(wanted_mutex_);
    if (wanted_.contains(key)) return;
    if (wanted_.size() >= max_wanted_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
  }
  auto wish = std::make_unique<WantedCrl>(WantedCrl{CrlKey(key), DerOf(*issuer.x509)});
  const CrlKeyView own = wish->key.View();
  MutexLock lock(wanted_mutex_);
  if (wanted_.size() >= max_wanted_) return;
  *is_first_wish = wanted_.empty();
  wanted_.try_emplace(own, std::move(wish));
}

void CrlShelf::Publish(std::shared_ptr<const CrlShelfMap> map) {
  MutexLock lock(mutex_);
  map_.swap(map);
}

std::shared_ptr<const CrlShelfMap> CrlShelf::Current() const {
  MutexLock lock(mutex_);
  return map_;
}

std::vector<WantedCrl> CrlShelf::TakeWanted() {
  decltype(wanted_) taken;
  {
    MutexLock lock(wanted_mutex_);
    taken.swap(wanted_);
  }
  std::vector<WantedCrl> wanted;
  wanted.reserve(taken.size());
  for (auto& one : taken) wanted.push_back(std::move(*one.second));
  return wanted;
}

}  // namespace postern
