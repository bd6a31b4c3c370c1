#include "server/io/revocation/crl_cache.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/crl_refresh.h"

namespace postern {
namespace {

std::mt19937_64 Seeded(uint64_t seed) {
  return std::mt19937_64(seed != 0 ? seed : std::random_device{}());
}

// A clock that goes back by more was set.
constexpr absl::Duration kClockSetBack = absl::Seconds(30);

absl::Status Stopping() { return absl::UnavailableError("the server is stopping"); }

}  // namespace

CrlCache::CrlCache(CrlCacheOptions options, HttpFetcher* fetcher, const Clock* clock, Wake wake,
                   Observer observer)
    : options_(std::move(options)),
      fetcher_(fetcher),
      clock_(clock),
      observer_(std::move(observer)),
      inbox_(std::make_shared<CrlInbox>(std::move(wake))),
      shelf_(options_.max_wanted),
      folder_(options_.folder),
      room_(options_,
            [this](const CrlEntry& entry, absl::string_view why) { Goodbye(entry, why); }),
      random_(Seeded(options_.seed)) {}

CrlCache::~CrlCache() {
  inbox_->Close();
  for (CrlEntry* const entry : room_.All()) {
    for (const CrlWaiter& waiter : entry->waiters) waiter.done(Stopping());
  }
  for (const CrlInbox::Ask& ask : inbox_->Take().asks) ask.waiter.done(Stopping());
}

std::shared_ptr<const Crl> CrlCache::Find(absl::string_view url, const Certificate& issuer) const {
  bool is_first_wish = false;
  std::shared_ptr<const Crl> crl =
      shelf_.Find(url, issuer, clock_->Now(), options_.peers, &is_first_wish);
  if (is_first_wish) inbox_->CallWake();
  return crl;
}

absl::Status CrlCache::Watch(absl::string_view url, absl::string_view issuer_der) {
  return OrderWatch(/*begins=*/true, url, issuer_der);
}

void CrlCache::Unwatch(absl::string_view url, absl::string_view issuer_der) {
  OrderWatch(/*begins=*/false, url, issuer_der).IgnoreError();  // nobody watches such a one
}

absl::Status CrlCache::OrderWatch(bool begins, absl::string_view url,
                                  absl::string_view issuer_der) {
  absl::StatusOr<std::unique_ptr<CrlEntry>> made = MakeCrlEntry(url, issuer_der);
  if (!made.ok()) return made.status();
  inbox_->Put(CrlInbox::WatchOrder{begins, *std::move(made)});
  return absl::OkStatus();
}

void CrlCache::FetchNow(absl::string_view url, absl::string_view issuer_der, absl::Time deadline,
                        CrlCallback done) {
  absl::StatusOr<std::unique_ptr<CrlEntry>> made = MakeCrlEntry(url, issuer_der);
  if (!made.ok()) return done(made.status());
  CrlInbox::Ask ask{*std::move(made), {deadline, std::move(done)}};
  if (!inbox_->Put(ask, options_.max_waiting)) {
    ask.waiter.done(absl::ResourceExhaustedError("too many wait for CRLs; try again later"));
  }
}

void CrlCache::Tick() {
  const absl::Time now = clock_->Now();
  if (now < last_tick_ - kClockSetBack) FollowClockBack(now);
  last_tick_ = now;
  if (!loaded_folder_) LoadFolder(now);
  HandleWanted(now);
  do {
    CrlInbox::Contents contents = inbox_->Take();
    for (CrlInbox::WatchOrder& order : contents.watches) HandleWatch(std::move(order), now);
    for (CrlInbox::Ask& ask : contents.asks) HandleAsk(std::move(ask), now);
    for (CrlInbox::Result& one : contents.results) {
      HandleResult(one.fetch, std::move(one.result), now);
      one = {};  // its body is not needed any more
    }
    Rest(now);
    StartDue(now);
    room_.Settle();
    // A fetch may end while it is being started.
  } while (!inbox_->IsEmpty());
  ExpireWaiters(now);
  Publish(now);
}

absl::Time CrlCache::NextWake() const {
  return inbox_->IsEmpty() ? next_wake_ : absl::InfinitePast();
}

void CrlCache::HandleWanted(absl::Time now) {
  for (const WantedCrl& wanted : shelf_.TakeWanted()) {
    absl::StatusOr<std::unique_ptr<CrlEntry>> made = MakeCrlEntry(wanted.key.url, wanted.issuer);
    const absl::StatusOr<CrlEntry*> entry =
        made.ok() ? FindOrAdmit(*std::move(made), now) : made.status();
    if (entry.ok()) {
      (*entry)->use->used.store(absl::ToUnixNanos(now));
      continue;
    }
    MutexLock lock(stats_mutex_);
    ++stats_.wanted_refused;
  }
}

// What was put off while the clock was ahead is not to wait until it is there again.
void CrlCache::FollowClockBack(absl::Time now) {
  for (CrlEntry* const entry : room_.All()) {
    entry->due = std::min(entry->due, now + kMaxCrlBackOff);
    entry->not_before = std::min(entry->not_before, now + kMaxCrlBackOff);
    entry->attempted = std::min(entry->attempted, now);
    if (entry->crl != nullptr) entry->first_loaded = std::min(entry->first_loaded, now);
    if (entry->Used() > now) entry->use->used.store(absl::ToUnixNanos(now));
    entry->status = nullptr;
  }
}

void CrlCache::WakeUp(CrlEntry& entry, absl::Time now) {
  if (!entry.use->asleep.exchange(false)) return;
  entry.due = std::max(now, entry.not_before);
  entry.forget = absl::InfiniteFuture();
}

absl::StatusOr<CrlEntry*> CrlCache::FindOrAdmit(std::unique_ptr<CrlEntry> made, absl::Time now) {
  if (CrlEntry* const entry = room_.Find(made->key->View()); entry != nullptr) {
    WakeUp(*entry, now);
    return entry;
  }
  return room_.Admit(std::move(made));
}

void CrlCache::HandleWatch(CrlInbox::WatchOrder order, absl::Time now) {
  CrlEntry* const entry = room_.Find(order.entry->key->View());
  if (!order.begins) {
    if (entry != nullptr && entry->watches > 0 && --entry->watches == 0) entry->status = nullptr;
    return;
  }
  if (entry != nullptr) {
    WakeUp(*entry, now);
    ++entry->watches;
    entry->status = nullptr;
    return;
  }
  const std::string url = order.entry->key->url;
  order.entry->watches = 1;
  if (const absl::Status status = room_.Admit(std::move(order.entry)).status(); !status.ok()) {
    Report(CrlEvent::Kind::kFailed, url, status.message());
  }
}

void CrlCache::HandleAsk(CrlInbox::Ask ask, absl::Time now) {
  const absl::StatusOr<CrlEntry*> found = FindOrAdmit(std::move(ask.entry), now);
  if (!found.ok()) return ask.waiter.done(found.status());
  CrlEntry& entry = **found;
  entry.use->used.store(absl::ToUnixNanos(now));
  if (entry.crl != nullptr && WhyNotNow(*entry.crl, now) == CrlReason::kNone) {
    return ask.waiter.done(entry.crl);
  }
  if (!entry.IsFetching() && now < entry.not_before) {
    return ask.waiter.done(absl::UnavailableError(
        absl::StrCat(entry.last_error, "; not tried again before ",
                     absl::FormatTime(absl::RFC3339_sec, entry.not_before, absl::UTCTimeZone()))));
  }
  if (entry.waiters.size() >= options_.max_waiting) {
    return ask.waiter.done(absl::ResourceExhaustedError("too many wait for this CRL"));
  }
  entry.due = std::min(entry.due, now);
  entry.waiters.push_back(std::move(ask.waiter));
}

void CrlCache::Rest(absl::Time now) {
  for (CrlEntry* const entry : room_.All()) {
    if (entry->IsFetching() || entry->watches > 0 || !entry->waiters.empty()) continue;
    if (entry->Sleeps()) {
      if (entry->forget <= now) room_.Drop(*entry, "nobody asks for it any more");
      continue;
    }
    if (entry->attempted == absl::InfinitePast() || entry->due > now) continue;
    const auto is_used = [&] { return options_.peers && entry->IsUsedSince(entry->attempted); };
    if (is_used()) continue;
    entry->use->asleep.store(true);
    if (is_used()) {  // just now: see CrlShelf::Find
      entry->use->asleep.store(false);
      continue;
    }
    entry->forget = now + kMaxCrlBackOff;
    if (entry->crl != nullptr) {
      entry->forget = entry->crl->next_update.value_or(entry->crl->this_update + kMaxCrlAgeForCa);
    }
    entry->status = nullptr;
    if (entry->forget <= now) room_.Drop(*entry, "nobody asks for it any more");
  }
}

void CrlCache::StartDue(absl::Time now) {
  std::vector<CrlEntry*> due;
  size_t new_ones = 0;  // that are being fetched
  for (CrlEntry* const entry : room_.All()) {
    if (entry->IsFetching()) new_ones += entry->IsNew() ? 1 : 0;
    if (!entry->IsFetching() && !entry->Sleeps() && entry->due <= now) due.push_back(entry);
  }
  const auto rank = [](const CrlEntry& entry) {
    if (entry.watches > 0) return 0;
    if (!entry.waiters.empty()) return 1;
    return entry.is_established ? 2 : 3;
  };
  std::sort(due.begin(), due.end(), [&](const CrlEntry* a, const CrlEntry* b) {
    return std::pair(rank(*a), a->due) < std::pair(rank(*b), b->due);
  });
  const size_t max_new = std::max<size_t>(1, options_.max_fetches / 2);
  for (CrlEntry* const entry : due) {
    if (fetches_.size() >= options_.max_fetches) return;
    if (entry->IsNew()) {
      if (new_ones >= max_new) continue;
      ++new_ones;
    }
    Start(*entry, now);
  }
}

void CrlCache::ExpireWaiters(absl::Time now) {
  for (CrlEntry* const entry : room_.All()) {
    std::vector<CrlWaiter> staying;
    for (CrlWaiter& waiter : entry->waiters) {
      if (waiter.deadline > now) {
        staying.push_back(std::move(waiter));
      } else {
        waiter.done(absl::DeadlineExceededError("the CRL did not come in time"));
      }
    }
    entry->waiters = std::move(staying);
  }
}

void CrlCache::Publish(absl::Time now) {
  auto map = std::make_shared<CrlShelfMap>();
  next_wake_ = absl::InfiniteFuture();
  CrlCacheStats current;
  for (CrlEntry* const entry : room_.All()) {
    if (entry->status == nullptr || entry->status->next_update <= now) {
      entry->status = std::make_shared<CrlStatus>(StatusOf(*entry, now));
    }
    const CrlShelfItem item{entry->key, entry->use, entry->crl, entry->status};
    map->emplace(item.key->View(), item);
    next_wake_ = std::min(next_wake_, entry->NextAfter(now));
    current.at_hand += entry->crl != nullptr ? 1 : 0;
    current.watched += entry->watches > 0 ? 1 : 0;
    current.bytes += entry->bytes;
  }
  current.entries = map->size();
  current.fetching = fetches_.size();
  shelf_.Publish(std::move(map));
  MutexLock lock(stats_mutex_);
  stats_.entries = current.entries;
  stats_.at_hand = current.at_hand;
  stats_.watched = current.watched;
  stats_.bytes = current.bytes;
  stats_.fetching = current.fetching;
}

std::vector<CrlStatus> CrlCache::List() const {
  const std::shared_ptr<const CrlShelfMap> map = shelf_.Current();
  std::vector<CrlStatus> list;
  list.reserve(map->size());
  for (const auto& [key, item] : *map) list.push_back(*item.status);
  std::sort(list.begin(), list.end(), [](const CrlStatus& a, const CrlStatus& b) {
    return std::tie(a.url, a.issuer) < std::tie(b.url, b.issuer);
  });
  return list;
}

CrlCacheStats CrlCache::Stats() const {
  CrlCacheStats stats;
  {
    MutexLock lock(stats_mutex_);
    stats = stats_;
  }
  stats.hits = shelf_.hits();
  stats.misses = shelf_.misses();
  stats.wanted_refused += shelf_.refused();
  return stats;
}

void CrlCache::Goodbye(const CrlEntry& entry, absl::string_view why) {
  if (entry.crl != nullptr) {
    if (absl::Status status = folder_.Remove(entry.key->View()); !status.ok()) {
      Report(CrlEvent::Kind::kDisk, entry.key->url, status.message());
    }
  }
  Report(CrlEvent::Kind::kEvicted, entry.key->url, why);
}

void CrlCache::Report(CrlEvent::Kind kind, absl::string_view url, absl::string_view detail) {
  {
    MutexLock lock(stats_mutex_);
    switch (kind) {
      case CrlEvent::Kind::kLoaded:
        ++stats_.loaded;
        break;
      case CrlEvent::Kind::kUnchanged:
        ++stats_.unchanged;
        break;
      case CrlEvent::Kind::kFailed:
        ++stats_.failed;
        break;
      case CrlEvent::Kind::kRefused:
        ++stats_.refused;
        break;
      case CrlEvent::Kind::kEvicted:
        ++stats_.evicted;
        break;
      case CrlEvent::Kind::kDisk:
        ++stats_.disk_failures;
        break;
    }
  }
  if (observer_ != nullptr) observer_({kind, std::string(url), std::string(detail)});
}

CrlReason CrlCache::WhyNotNow(const Crl& crl, absl::Time now) const {
  return CheckCrlTime(crl, kMaxCrlAgeForCa, now, CrlOptionsOf(options_.checks));
}

double CrlCache::Chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }

}  // namespace postern
