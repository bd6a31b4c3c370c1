// The CrlIndex of the daemon: CRLs that were wanted are fetched in the background, kept
// fresh, and kept over a restart.
//
//   CrlCache cache(options, &fetcher, &clock, [&] { wake.Notify(); }, log);
//   for (;;) {                       // the owner's thread
//     cache.Tick();
//     wake.WaitUntil(cache.NextWake());
//   }
//
// Whether a CRL counts at an instant is judged where it is asked (CheckCrl): what is handed
// out may be past its nextUpdate, and is then worth nothing but the reason STALE.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/x509/certificate.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/mutex.h"
#include "server/io/revocation/crl_cache_options.h"
#include "server/io/revocation/crl_entry.h"
#include "server/io/revocation/crl_folder.h"
#include "server/io/revocation/crl_inbox.h"
#include "server/io/revocation/crl_room.h"
#include "server/io/revocation/crl_shelf.h"

namespace postern {

// CrlCache keeps CRLs by URL and issuer. A CRL is never replaced by one that is older, has a
// defect, or does not count now. URLs that fail are left alone for a while that grows.
//
// Tick and NextWake are the owner's, one thread at a time; all else is thread safe.
class CrlCache : public CrlIndex {
 public:
  // Wake says that Tick has something to do. It runs on any thread, Find's too, must not
  // block and may not call the cache.
  using Wake = std::function<void()>;
  // Observer runs inside Tick, and may not call the cache.
  using Observer = std::function<void(const CrlEvent& event)>;

  // `clock` must outlive the cache and what it fetches, `fetcher` the last Tick. Either
  // function may be null.
  CrlCache(CrlCacheOptions options, HttpFetcher* fetcher, const Clock* clock, Wake wake,
           Observer observer);

  // The destructor ends what is under way: FetchNow's callers get UNAVAILABLE.
  ~CrlCache() override;

  // Find notes that the CRL was wanted, unless the options say that peers' are not fetched.
  std::shared_ptr<const Crl> Find(absl::string_view url, const Certificate& issuer) const override;

  // Watch has a CRL fetched and kept, whoever asks for it or not; strangers' never take its
  // place. Each call wants one of Unwatch. Fails with INVALID_ARGUMENT that names `url` or
  // `issuer`.
  absl::Status Watch(absl::string_view url, absl::string_view issuer_der);
  void Unwatch(absl::string_view url, absl::string_view issuer_der);

  // FetchNow gets the CRL that is at hand, if it counts now, or fetches it; it joins a fetch
  // under way. `done` is called once, by Tick, the destructor, or FetchNow itself:
  // INVALID_ARGUMENT (url or issuer), RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED (the fetch goes
  // on), UNAVAILABLE: it could not be had, or could not lately and is not tried again yet.
  void FetchNow(absl::string_view url, absl::string_view issuer_der, absl::Time deadline,
                CrlCallback done);

  // Tick does all work that is due: reading and judging CRLs, files, the start of fetches.
  void Tick();
  // NextWake returns when Tick is due next, if nothing wakes it before.
  absl::Time NextWake() const;

  // As of the last Tick.
  std::vector<CrlStatus> List() const;
  CrlCacheStats Stats() const;

 private:
  void LoadFolder(absl::Time now);
  void TakeRecord(const CrlRecord& record, absl::Time now);

  void HandleWanted(absl::Time now);
  absl::Status OrderWatch(bool begins, absl::string_view url, absl::string_view issuer_der);
  void HandleWatch(CrlInbox::WatchOrder order, absl::Time now);
  void HandleAsk(CrlInbox::Ask ask, absl::Time now);
  void HandleResult(uint64_t fetch, FetchResult result, absl::Time now);
  // FindOrAdmit returns the entry of this key, waking it if it sleeps.
  absl::StatusOr<CrlEntry*> FindOrAdmit(std::unique_ptr<CrlEntry> made, absl::Time now);
  void FollowClockBack(absl::Time now);
  static void WakeUp(CrlEntry& entry, absl::Time now);

  void Accept(CrlEntry& entry, HttpReply reply, absl::Time now);
  void Unchanged(CrlEntry& entry, const HttpReply& reply, absl::Time now);
  // Fail says that there was no CRL. `keep_away` is what the server asked for.
  void Fail(CrlEntry& entry, CrlEvent::Kind kind, std::string why, absl::Duration keep_away,
            absl::Time now);

  // Those that nobody used since the last attempt go to sleep; those that slept too long go.
  void Rest(absl::Time now);
  void StartDue(absl::Time now);
  void Start(CrlEntry& entry, absl::Time now);
  void ExpireWaiters(absl::Time now);
  void Publish(absl::Time now);

  void Goodbye(const CrlEntry& entry, absl::string_view why);
  void Report(CrlEvent::Kind kind, absl::string_view url, absl::string_view detail);
  // WhyNotNow returns kNone for a CRL that counts at an instant.
  CrlReason WhyNotNow(const Crl& crl, absl::Time now) const;
  double Chance();

  const CrlCacheOptions options_;
  HttpFetcher* const fetcher_;
  const Clock* const clock_;
  const Observer observer_;
  const std::shared_ptr<CrlInbox> inbox_;  // late results find it, when the cache is gone
  mutable CrlShelf shelf_;

  // Of the owner's thread.
  const CrlFolder folder_;
  CrlRoom room_;
  std::mt19937_64 random_;
  bool loaded_folder_ = false;
  uint64_t last_fetch_ = 0;
  absl::flat_hash_map<uint64_t, CrlEntry*> fetches_;
  absl::Time last_tick_ = absl::InfinitePast();
  absl::Time next_wake_ = absl::InfinitePast();

  mutable Mutex stats_mutex_;
  CrlCacheStats stats_ POSTERN_GUARDED_BY(stats_mutex_);
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_CACHE_H_
