// The StapleSource of the daemon: it fetches, judges, keeps and hands out the staples of the
// certificates that the operator names.
//
//   auto stapler = Stapler::Create(options, parts);
//   for (;;) {  // on one thread
//     stapler->Tick();
//     WaitUntil(stapler->NextWake(), or `wake` was called);
//   }
//
// A certificate with a responder is stapled; one without, but with a CRL, is watched for in
// that; one with neither is quietly NOT_AVAILABLE (O-14).
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLER_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/crl_index.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/certificate_files.h"
#include "server/io/revocation/staple_index.h"
#include "server/io/revocation/staple_item.h"
#include "server/io/revocation/staple_sink.h"
#include "server/io/revocation/staple_source.h"
#include "server/io/revocation/staple_store.h"
#include "server/io/revocation/staple_watchers.h"
#include "server/io/revocation/stapler_inbox.h"
#include "server/io/revocation/stapler_options.h"

namespace postern {

// StaplerParts is what a stapler works with. All must outlive it, and fetcher and clock also
// the fetches that it began.
struct StaplerParts {
  HttpFetcher* fetcher = nullptr;
  const Clock* clock = nullptr;
  const CrlIndex* crls = nullptr;
  StapleStore* store = nullptr;  // may be null: nothing outlives the process
  StapleSink* sink = nullptr;    // may be null
  // Called on any thread, Tick's own too, under a lock, when Tick has something to do: it may
  // signal, and take no lock that is held by who calls the stapler. May be null.
  std::function<void()> wake;
  StaplerObserver observer;  // may be null
};

// Stapler. Tick, NextWake and the destructor are for one thread, all else for any. What is
// handed out is there without waiting for Tick's work.
class Stapler : public StapleSource {
 public:
  // Create reads nothing yet. Fails with INVALID_ARGUMENT that names the option.
  static absl::StatusOr<std::unique_ptr<Stapler>> Create(StaplerOptions options,
                                                         StaplerParts parts);

  // Who waits for a Refresh gets UNAVAILABLE.
  ~Stapler() override;

  // Tick does what is due: looks at the files, takes what was fetched, begins fetches, ends
  // what has ended, tells sink and watchers. Bounded in work: with more to do NextWake has
  // passed already.
  void Tick();

  // NextWake is when the next Tick is due at the latest.
  absl::Time NextWake() const;

  KeptStaplePtr FindByDigest(absl::string_view sha256) const override;
  KeptStaplePtr FindByHost(absl::string_view host) const override;
  KeptStaplePtr FindByName(absl::string_view name) const override;
  std::vector<KeptStaplePtr> List(absl::string_view after, size_t limit) const override;
  void Refresh(absl::string_view name, RefreshDone done) override;
  uint64_t Watch(Watcher watcher) override;
  void Unwatch(uint64_t id) override;

 private:
  // In one Tick, of each kind: each may verify a signature.
  static constexpr int kStepsPerTick = 1000;

  using Timer = std::pair<absl::Time, StapleItem*>;

  Stapler(StaplerOptions options, StaplerParts parts, std::unique_ptr<CertificateFiles> files);

  // The files: stapler_files.cc.
  void ScanFiles(absl::Time now);
  void TakeFile(const CertificateFile& file, absl::Time now, bool& is_other_set);
  void RemoveItem(StapleItem& item);
  void MakeIndex();

  // One certificate: stapler.cc.
  void TakeWanted(StaplerMail::Wanted wanted, absl::Time now);
  void RunTimers(absl::Time now);
  void FollowClockBack(absl::Time now);
  void Step(StapleItem& item, absl::Time now);
  void LookAtCrls(StapleItem& item, absl::Time now);
  void Publish(StapleItem& item, absl::Time now);
  void PutToSink(StapleItem& item, const KeptStaple& kept, absl::Time now);
  void Arm(StapleItem& item, absl::Time now);
  void SetTimer(StapleItem& item, absl::Time time);

  // Fetching: stapler_fetch.cc.
  void LoadStored(StapleItem& item, absl::Time now);
  void LookIntoStore(StapleItem& item, absl::Time now);
  absl::Time NextLook(absl::Time now);
  bool Adopt(StapleItem& item, absl::Time now);
  void SaveIfNeeded(StapleItem& item, absl::Time now);
  void MakeReady(StapleItem& item, absl::Time now);
  void DropReady(StapleItem& item);
  void BeginFetches(absl::Time now);
  // Begin is false where there is nothing to fetch after all, or not yet.
  bool Begin(StapleItem& item, absl::Time now);
  void TakeFetched(const StaplerMail::Fetched& fetched, absl::Time now);
  void Succeed(StapleItem& item, const RefreshHints& hints, absl::Time now);
  void Fail(StapleItem& item, const OcspAnswer& answer, StapleChange change, absl::Time now);
  void AnswerWaiters(StapleItem& item, const absl::StatusOr<KeptStaplePtr>& answer);
  StapleOptions Checks() const;

  double Chance() { return std::uniform_real_distribution<double>(0, 1)(random_); }
  void Observe(StaplerEvent::Kind kind, const std::string& name, std::string detail);

  const StaplerOptions options_;
  const StaplerParts parts_;
  const std::unique_ptr<CertificateFiles> files_;
  const std::shared_ptr<StaplerInbox> inbox_;
  SharedStapleIndex index_;
  StapleWatchers watchers_;

  // Of Tick's thread.
  std::mt19937_64 random_;
  std::map<std::string, std::unique_ptr<StapleItem>> items_;
  std::vector<std::string> file_errors_;  // that were told of
  std::set<Timer> timers_;
  std::map<ReadyKey, StapleItem*> ready_;  // what a person waits for first, then what ends first
  std::map<std::string, StapleChangeNotice> changes_;  // to tell the watchers
  uint64_t last_serial_ = 0;
  size_t fetching_ = 0;
  absl::Time last_tick_ = absl::InfinitePast();
  absl::Time next_scan_ = absl::InfinitePast();
  absl::Time next_fetch_ = absl::InfinitePast();  // by max_fetches_a_second
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLER_H_
