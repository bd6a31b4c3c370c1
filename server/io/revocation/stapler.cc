#include "server/io/revocation/stapler.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_crl.h"

namespace postern {
namespace {

using Kind = StaplerEvent::Kind;
using Source = OwnCertificate::Source;
using Status = KeptStaple::Status;

constexpr absl::Duration kPutAgain = absl::Minutes(1);
// A clock that goes back by more was set.
constexpr absl::Duration kClockSetBack = absl::Seconds(30);

absl::Status CheckOptions(const StaplerOptions& options) {
  if (options.reload_interval < absl::Seconds(1)) {
    return absl::InvalidArgumentError("reload_interval must be 1 s at least");
  }
  if (options.max_fetches == 0) return absl::InvalidArgumentError("max_fetches must not be 0");
  if (!(options.max_fetches_a_second >= 0.01)) {
    return absl::InvalidArgumentError("max_fetches_a_second must be 0.01 at least");
  }
  if (options.back_off.first < absl::Seconds(1) || options.back_off.most < options.back_off.first) {
    return absl::InvalidArgumentError(
        "back_off must begin with 1 s at least, and end with no less");
  }
  if (options.crl_interval < absl::Seconds(1) || options.store_interval < absl::Seconds(1) ||
      options.claim_interval < absl::Milliseconds(100)) {
    return absl::InvalidArgumentError(
        "crl_interval and store_interval must be 1 s at least, and claim_interval 100 ms");
  }
  return absl::OkStatus();
}

bool HasChanged(const KeptStaplePtr& old, const KeptStaple& now) {
  return old == nullptr || old->status != now.status || old->der != now.der ||
         old->certificate_sha256 != now.certificate_sha256 || old->source != now.source ||
         old->use_until != now.use_until;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Stapler>> Stapler::Create(StaplerOptions options,
                                                         StaplerParts parts) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<CertificateFiles>> files = CertificateFiles::Create(
      options.certificates, {options.max_certificates, options.checks.allow_sha1});
  if (!files.ok()) return files.status();
  return std::unique_ptr<Stapler>(
      new Stapler(std::move(options), std::move(parts), *std::move(files)));
}

Stapler::Stapler(StaplerOptions options, StaplerParts parts,
                 std::unique_ptr<CertificateFiles> files)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      files_(std::move(files)),
      inbox_(std::make_shared<StaplerInbox>(parts_.wake)),
      random_(options_.seed != 0 ? options_.seed : std::random_device{}()) {}

Stapler::~Stapler() {
  StaplerMail left = inbox_->Close();
  const absl::Status stopping = absl::UnavailableError("the server is stopping");
  for (const StaplerMail::Wanted& wanted : left.wanted) wanted.done(stopping);
  for (const auto& [name, item] : items_) AnswerWaiters(*item, stopping);
}

void Stapler::Tick() {
  const absl::Time now = parts_.clock->Now();
  if (now < last_tick_ - kClockSetBack) FollowClockBack(now);
  last_tick_ = now;
  StaplerMail mail = inbox_->Take();
  if (now >= next_scan_) {
    ScanFiles(now);
    next_scan_ = now + options_.reload_interval;
  }
  for (const StaplerMail::Fetched& fetched : mail.fetched) TakeFetched(fetched, now);
  for (StaplerMail::Wanted& wanted : mail.wanted) TakeWanted(std::move(wanted), now);
  RunTimers(now);
  BeginFetches(now);
  watchers_.Tell(std::exchange(changes_, {}), [this] { return List("", items_.size()); });
}

absl::Time Stapler::NextWake() const {
  if (inbox_->HasMail()) return absl::InfinitePast();
  absl::Time next = next_scan_;
  if (!timers_.empty()) next = std::min(next, timers_.begin()->first);
  if (!ready_.empty() && fetching_ < options_.max_fetches) next = std::min(next, next_fetch_);
  return next;
}

void Stapler::TakeWanted(StaplerMail::Wanted wanted, absl::Time now) {
  const auto found = items_.find(wanted.name);
  if (found == items_.end()) {
    wanted.done(absl::NotFoundError("no certificate of the configuration has this name"));
    return;
  }
  StapleItem& item = *found->second;
  if (!item.IsUsableAt(now)) {
    wanted.done(absl::FailedPreconditionError(item.Describe(now)->last_error));
  } else if (item.Is(Source::kNone)) {
    wanted.done(
        absl::FailedPreconditionError("the certificate names neither an OCSP responder nor a CRL"));
  } else if (item.Is(Source::kCrl)) {
    item.next_refresh = now;
    Step(item, now);
    wanted.done(item.slot->Get());
  } else {
    item.waiters.push_back(std::move(wanted.done));
    if (!item.is_loaded) LoadStored(item, now);
    if (!item.is_fetching) MakeReady(item, now);
    Arm(item, now);
  }
}

// What was put off while the clock was ahead is not to wait until it is there again.
void Stapler::FollowClockBack(absl::Time now) {
  next_scan_ = absl::InfinitePast();
  next_fetch_ = absl::InfinitePast();
  for (const auto& [name, item] : items_) {
    absl::Time due = now + options_.back_off.first * Chance();
    if (item->verdict) due = NextRefresh(item->Life(), {}, now, Chance());
    item->next_refresh = std::min(item->next_refresh, due);
    item->next_look = std::min(item->next_look, NextLook(now));
    item->last_success = std::min(item->last_success, now);
    if (item->crl_missed_since) item->crl_missed_since = std::min(*item->crl_missed_since, now);
    if (item->claim_missed_since) {
      item->claim_missed_since = std::min(*item->claim_missed_since, now);
    }
    if (item->put_again != absl::InfiniteFuture()) item->put_again = now;
    SetTimer(*item, now);
  }
}

void Stapler::RunTimers(absl::Time now) {
  for (int steps = 0; steps < kStepsPerTick; ++steps) {
    if (timers_.empty() || timers_.begin()->first > now) return;
    Step(*timers_.begin()->second, now);
  }
}

void Stapler::Step(StapleItem& item, absl::Time now) {
  if (!item.IsUsableAt(now)) {
    DropReady(item);
    item.claim.reset();
    AnswerWaiters(item, absl::FailedPreconditionError(item.Describe(now)->last_error));
  } else if (item.Is(Source::kOcsp)) {
    if (!item.is_loaded) LoadStored(item, now);
    if (item.next_look <= now) LookIntoStore(item, now);
    // Who waits for a refresh has one begun, whatever came meanwhile.
    const bool is_due = item.next_refresh <= now || !item.waiters.empty();
    if (is_due && !item.is_fetching) MakeReady(item, now);
  } else if (item.Is(Source::kCrl) && item.next_refresh <= now) {
    LookAtCrls(item, now);
  }
  Publish(item, now);
  // Another certificate may have come meanwhile, which has nothing to fetch.
  if (!item.Is(Source::kOcsp)) AnswerWaiters(item, item.slot->Get());
  Arm(item, now);
}

void Stapler::LookAtCrls(StapleItem& item, absl::Time now) {
  const OwnCertificate& own = *item.certificate;
  const bool was_revoked = item.StatusAt(now) == Status::kRevoked;
  // The chain was verified by ReadOwnCertificate.
  const CrlOptions checks = CrlOptionsOf(options_.checks, /*chain_is_verified=*/true);
  bool is_known = false;
  std::string error = absl::StrCat(own.crl_urls.front(), ": no CRL of the issuer is at hand yet");
  for (const std::string& url : own.crl_urls) {
    const std::shared_ptr<const Crl> crl = parts_.crls->Find(url, own.issuer->certificate);
    if (crl == nullptr) continue;
    const CrlVerdict verdict =
        CheckCrl(*crl, own.leaf->certificate, own.issuer->certificate, url, now, checks);
    if (item.Consider(verdict)) item.url = url;
    if (verdict.status != CrlVerdict::Status::kInvalid) {
      is_known = true;
    } else {
      error = absl::StrCat(url, ": ", DetailOf(verdict.reason));
    }
  }
  item.last_error = is_known ? "" : error;
  absl::Duration wait = options_.crl_interval;
  if (is_known) {
    item.last_success = now;
    item.crl_missed_since.reset();
  } else {
    // It is being fetched, so soon, then ever later.
    if (!item.crl_missed_since.has_value()) item.crl_missed_since = now;
    wait = std::min(wait, std::max(now - *item.crl_missed_since, absl::Seconds(1)));
  }
  item.next_refresh = now + wait * (0.75 + Chance() / 2);
  if (!was_revoked && item.StatusAt(now) == Status::kRevoked) {
    Observe(Kind::kRevoked, item.name, absl::StrCat("the CRL at ", item.url, " lists it"));
  }
}

void Stapler::Publish(StapleItem& item, absl::Time now) {
  const KeptStaplePtr old = item.slot->Get();
  KeptStaplePtr kept = item.Describe(now);
  if (old != nullptr && old->status == Status::kGood && kept->status == Status::kExpired) {
    Observe(Kind::kExpired, item.name,
            kept->last_error.empty() ? "nothing newer has come yet" : kept->last_error);
  }
  if (HasChanged(old, *kept)) changes_[item.name] = {kept, false};
  PutToSink(item, *kept, now);
  item.slot->Set(std::move(kept));
}

void Stapler::PutToSink(StapleItem& item, const KeptStaple& kept, absl::Time now) {
  // While a file cannot be read what was written before a restart may well be right.
  if (parts_.sink == nullptr || item.certificate == nullptr) return;
  const bool is_revoked = kept.status == Status::kRevoked;
  if (item.has_put && item.put_bytes == kept.der && item.put_revoked == is_revoked &&
      now < item.put_again) {
    return;
  }
  item.has_put = true;
  item.put_bytes = kept.der;
  item.put_revoked = is_revoked;
  item.put_again = absl::InfiniteFuture();
  const absl::Status status = parts_.sink->Put(kept, now);
  if (status.ok()) return;
  item.put_again = now + kPutAgain;
  Observe(Kind::kSinkError, item.name, std::string(status.message()));
}

void Stapler::Arm(StapleItem& item, absl::Time now) {
  absl::Time next = item.put_again;
  if (item.IsUsableAt(now)) {
    next = std::min(next, item.certificate->not_after);
    if (const absl::Time end = item.GoodUntil(now); end > now) next = std::min(next, end);
    const bool is_fetched = item.is_fetching || item.ready || item.Is(Source::kNone);
    if (!is_fetched) next = std::min(next, item.next_refresh);
    if (item.Is(Source::kOcsp)) next = std::min(next, item.next_look);
  }
  SetTimer(item, next);
}

void Stapler::SetTimer(StapleItem& item, absl::Time time) {
  timers_.erase({item.timer, &item});
  item.timer = time;
  if (time != absl::InfiniteFuture()) timers_.insert({time, &item});
}

void Stapler::Observe(Kind kind, const std::string& name, std::string detail) {
  if (parts_.observer != nullptr) parts_.observer({kind, name, std::move(detail)});
}

KeptStaplePtr Stapler::FindByDigest(absl::string_view sha256) const {
  return index_.Get()->FindByDigest(sha256);
}

KeptStaplePtr Stapler::FindByHost(absl::string_view host) const {
  return index_.Get()->FindByHost(host);
}

KeptStaplePtr Stapler::FindByName(absl::string_view name) const {
  return index_.Get()->FindByName(name);
}

std::vector<KeptStaplePtr> Stapler::List(absl::string_view after, size_t limit) const {
  return index_.Get()->List(after, limit);
}

void Stapler::Refresh(absl::string_view name, RefreshDone done) {
  StaplerMail::Wanted wanted{std::string(name), std::move(done)};
  if (!inbox_->Put(wanted)) wanted.done(absl::UnavailableError("the server is stopping"));
}

uint64_t Stapler::Watch(Watcher watcher) {
  const uint64_t id = watchers_.Add(std::move(watcher));
  inbox_->Wake();
  return id;
}

void Stapler::Unwatch(uint64_t id) { watchers_.Remove(id); }

}  // namespace postern
