// What knows of revocation: the fetcher, the CRLs at hand, the operator's staples, and the
// thread on which the latter two work.
#ifndef POSTERN_SERVER_REVOCATION_ADAPTERS_H_
#define POSTERN_SERVER_REVOCATION_ADAPTERS_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/config_revocation.h"
#include "server/core/revocation/crl_index.h"
#include "server/io/clock.h"
#include "server/io/command_hook.h"
#include "server/io/http/curl_fetcher.h"
#include "server/io/mutex.h"
#include "server/io/revocation/crl_cache.h"
#include "server/io/revocation/folder_staple_store.h"
#include "server/io/revocation/staple_files.h"
#include "server/io/revocation/stapler.h"
#include "server/rpc/fetch_revocation.h"

namespace postern {

// OwnCrls finds CRLs for the operator's own certificates: what was asked for once is kept
// fresh from then on. Thread safe.
class OwnCrls final : public CrlIndex {
 public:
  explicit OwnCrls(CrlCache& cache) : cache_(cache) {}
  std::shared_ptr<const Crl> Find(absl::string_view url, const Certificate& issuer) const override;

 private:
  CrlCache& cache_;
  mutable Mutex mutex_;
  mutable std::set<std::pair<std::string, std::string>> watched_ POSTERN_GUARDED_BY(mutex_);
};

// RevocationAdapters lives from Start to its destructor, which ends what is under way.
class RevocationAdapters {
 public:
  // Start makes the parts, takes what the folders hold, and begins to work. `clock` must
  // outlive it. `crl_bytes` is the room for peers' CRLs. Fails with the config key that is
  // to be changed.
  static absl::StatusOr<std::unique_ptr<RevocationAdapters>> Start(
      const RevocationConfig& revocation, const StaplesConfig& staples, size_t crl_bytes,
      const Clock& clock);
  ~RevocationAdapters();

  const CrlCache& crls() const { return *crls_; }
  StapleSource& staples() { return *stapler_; }
  HttpFetcher& fetcher() { return *fetcher_; }
  // It must not be called any more once the destructor runs.
  FetchCrlFunction fetch_crl();

 private:
  explicit RevocationAdapters(const Clock& clock) : clock_(clock) {}

  absl::Status CreateFetcher(const HttpFetcherOptions& options);
  absl::Status CreateSinks(const StaplesConfig& staples);
  absl::Status CreateStapler(const RevocationConfig& revocation, const StaplesConfig& staples);
  void Wake();
  void Run();

  const Clock& clock_;

  Mutex mutex_;
  CondVar woken_;
  bool work_ POSTERN_GUARDED_BY(mutex_) = false;
  bool stopping_ POSTERN_GUARDED_BY(mutex_) = false;

  // In the order in which they rest on each other.
  std::unique_ptr<CurlFetcher> fetcher_;
  std::unique_ptr<CrlCache> crls_;
  std::unique_ptr<OwnCrls> own_crls_;
  std::unique_ptr<FolderStapleStore> store_;  // null without staples.state_folder
  std::unique_ptr<CommandHook> hook_;         // null without staples.hook
  std::unique_ptr<StapleFiles> files_;        // null where nothing is written
  std::unique_ptr<Stapler> stapler_;
  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_REVOCATION_ADAPTERS_H_
