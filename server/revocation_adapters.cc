#include "server/revocation_adapters.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/core/x509/certificate.h"
#include "server/io/revocation/staple_hook.h"
#include "server/log.h"

namespace postern {
namespace {

// A clock that is set makes what NextWake said wrong, for no longer than this.
constexpr absl::Duration kLongestWait = absl::Seconds(10);

absl::Status WithKey(absl::string_view key, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(key, ": ", status.message()));
}

void LogStaple(const StaplerEvent& event) {
  LogLevel level = LogLevel::kWarning;
  switch (event.kind) {
    case StaplerEvent::Kind::kLoaded:
    case StaplerEvent::Kind::kRefreshed:
      level = LogLevel::kDebug;
      break;
    case StaplerEvent::Kind::kRevoked:
    case StaplerEvent::Kind::kExpired:
      level = LogLevel::kError;
      break;
    default:
      break;
  }
  LogEvent(level, "staple",
           {{"what", NameOf(event.kind)}, {"name", event.name}, {"detail", event.detail}});
}

// Peers choose which CRLs there are: but for the disk's, these are lines for who looks.
void LogCrl(const CrlEvent& event) {
  const bool is_ours = event.kind == CrlEvent::Kind::kDisk;
  LogEvent(is_ours ? LogLevel::kWarning : LogLevel::kDebug, "crl",
           {{"what", NameOf(event.kind)}, {"url", event.url}, {"detail", event.detail}});
}

void LogHook(const CommandHook::Outcome& outcome) {
  LogEvent(outcome.status.ok() ? LogLevel::kDebug : LogLevel::kWarning, "staples_hook",
           {{"name", outcome.key},
            {"status", outcome.status.ok() ? "OK" : std::string(outcome.status.message())},
            {"output", outcome.output}});
}

CertificateEntry ToEntry(const CertificatesConfig& from) {
  CertificateKind kind = CertificateKind::kFile;
  if (!from.glob.empty()) kind = CertificateKind::kGlob;
  if (!from.folder.empty()) kind = CertificateKind::kFolder;
  return {absl::StrCat(from.file, from.glob, from.folder), from.name, from.issuer_file,
          from.responder, kind};
}

}  // namespace

std::shared_ptr<const Crl> OwnCrls::Find(absl::string_view url, const Certificate& issuer) const {
  const std::string der = DerOf(*issuer.x509);
  {
    const MutexLock lock(mutex_);
    // One that cannot be watched is asked for again, and found to be none.
    if (watched_.emplace(std::string(url), der).second) cache_.Watch(url, der).IgnoreError();
  }
  return cache_.Find(url, issuer);
}

absl::StatusOr<std::unique_ptr<RevocationAdapters>> RevocationAdapters::Start(
    const RevocationConfig& revocation, const StaplesConfig& staples, size_t crl_bytes,
    const Clock& clock) {
  std::unique_ptr<RevocationAdapters> made(new RevocationAdapters(clock));
  if (absl::Status status = made->CreateFetcher(revocation.fetch); !status.ok()) return status;
  CrlCacheOptions crls;
  crls.peers = revocation.crl.peers;
  crls.folder = revocation.crl.folder;
  crls.max_bytes = revocation.crl.max_bytes;
  crls.max_total_bytes = crl_bytes;
  crls.checks = revocation.checks;
  const auto wake = [raw = made.get()] { raw->Wake(); };
  made->crls_ =
      std::make_unique<CrlCache>(std::move(crls), made->fetcher_.get(), &clock, wake, LogCrl);
  made->own_crls_ = std::make_unique<OwnCrls>(*made->crls_);
  if (absl::Status status = made->CreateSinks(staples); !status.ok()) return status;
  if (absl::Status status = made->CreateStapler(revocation, staples); !status.ok()) return status;
  // What was kept is there for the first who asks.
  made->crls_->Tick();
  made->stapler_->Tick();
  made->thread_ = std::thread([raw = made.get()] { raw->Run(); });
  return made;
}

absl::Status RevocationAdapters::CreateFetcher(const HttpFetcherOptions& options) {
  absl::StatusOr<std::unique_ptr<CurlFetcher>> fetcher = CurlFetcher::Create(options, &clock_);
  if (!fetcher.ok()) return WithKey("revocation.fetch", fetcher.status());
  fetcher_ = *std::move(fetcher);
  return absl::OkStatus();
}

absl::Status RevocationAdapters::CreateSinks(const StaplesConfig& staples) {
  if (!staples.state_folder.empty()) {
    absl::StatusOr<std::unique_ptr<FolderStapleStore>> store =
        FolderStapleStore::Create(staples.state_folder, clock_.Now());
    if (!store.ok()) return WithKey("staples.state_folder", store.status());
    store_ = *std::move(store);
  }
  if (!staples.hook.empty()) {
    absl::StatusOr<std::unique_ptr<CommandHook>> hook =
        CommandHook::Create({staples.hook, staples.hook_timeout}, LogHook);
    if (!hook.ok()) return WithKey("staples.hook", hook.status());
    hook_ = *std::move(hook);
  }
  if (staples.output_folder.empty() && !staples.beside_certificates) return absl::OkStatus();
  StapleFilesOptions options;
  options.output_folder = staples.output_folder;
  options.write_der = staples.write_der;
  options.write_pem = staples.write_pem;
  options.beside_certificates = staples.beside_certificates;
  options.keep_expired = staples.keep_expired;
  absl::StatusOr<std::unique_ptr<StapleFiles>> files = StapleFiles::Create(
      std::move(options),
      [this](const KeptStaple& staple, const StapleFilePaths& paths) {
        if (hook_ != nullptr) hook_->Run(StapleHookChange(staple, paths));
      },
      [](const absl::Status& status) {
        LogEvent(LogLevel::kWarning, "staple_file", {{"detail", std::string(status.message())}});
      });
  if (!files.ok()) return WithKey("staples.output_folder", files.status());
  files_ = *std::move(files);
  return absl::OkStatus();
}

absl::Status RevocationAdapters::CreateStapler(const RevocationConfig& revocation,
                                               const StaplesConfig& staples) {
  StaplerOptions options;
  for (const CertificatesConfig& certificates : staples.certificates) {
    options.certificates.push_back(ToEntry(certificates));
  }
  options.reload_interval = staples.reload_interval;
  options.checks = revocation.checks;
  StaplerParts parts;
  parts.fetcher = fetcher_.get();
  parts.clock = &clock_;
  parts.crls = own_crls_.get();
  parts.store = store_.get();
  parts.sink = files_.get();
  parts.wake = [this] { Wake(); };
  parts.observer = LogStaple;
  absl::StatusOr<std::unique_ptr<Stapler>> stapler = Stapler::Create(std::move(options), parts);
  if (!stapler.ok()) return WithKey("staples", stapler.status());
  stapler_ = *std::move(stapler);
  return absl::OkStatus();
}

RevocationAdapters::~RevocationAdapters() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    woken_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
  stapler_.reset();
  // What it was asked for ends here, and those who wait may ask the CRLs.
  fetcher_.reset();
  crls_.reset();
}

FetchCrlFunction RevocationAdapters::fetch_crl() {
  return [this](const std::string& url, const Certificate& issuer, absl::Time deadline,
                FetchCrlCallback done) {
    crls_->FetchNow(url, DerOf(*issuer.x509), deadline,
                    [done = std::move(done)](absl::StatusOr<std::shared_ptr<const Crl>> crl) {
                      done(crl.ok() ? *std::move(crl) : nullptr);
                    });
  };
}

void RevocationAdapters::Wake() {
  const MutexLock lock(mutex_);
  work_ = true;
  woken_.SignalAll();
}

void RevocationAdapters::Run() {
  for (;;) {
    {
      const absl::Time due = std::min(crls_->NextWake(), stapler_->NextWake());
      const absl::Time until = clock_.Now() + kLongestWait;
      const MutexLock lock(mutex_);
      for (absl::Time now = clock_.Now(); !work_ && !stopping_ && now < std::min(due, until);
           now = clock_.Now()) {
        woken_.WaitFor(mutex_, std::min(std::min(due, until) - now, kLongestWait));
      }
      if (stopping_) return;
      work_ = false;
    }
    crls_->Tick();
    stapler_->Tick();
  }
}

}  // namespace postern
