// The part of Stapler that fetches, and shares what was fetched with other replicas.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_staple.h"
#include "server/io/revocation/ocsp_fetch.h"
#include "server/io/revocation/stapler.h"

namespace postern {
namespace {

using Kind = StaplerEvent::Kind;

// After the store has failed to keep a staple.
constexpr absl::Duration kSaveAgain = absl::Minutes(1);

std::string DescribeStatement(const StapleVerdict& verdict, const std::string& origin) {
  std::string text =
      absl::StrCat(NameOf(verdict.status), " until ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", verdict.use_until, absl::UTCTimeZone()),
                   ", by ", origin);
  if (verdict.signer_is_unchecked) {
    text += ", signed by a responder without id-pkix-ocsp-nocheck";  // O-11
  }
  return text;
}

bool IsRevoked(const StapleItem& item) {
  return item.verdict && item.verdict->status == StapleVerdict::Status::kRevoked;
}

std::string DescribeRefusal(const OcspAnswer& answer, StapleChange change) {
  switch (change) {
    case StapleChange::kOlder:
      return absl::StrCat(answer.url, ": the response is older than the one at hand");
    case StapleChange::kFinal:
      return absl::StrCat(
          answer.url, ": the response says otherwise of a certificate that is revoked for good");
    case StapleChange::kEnded:
      return absl::StrCat(answer.url, ": the response has just ended");
    default:
      return answer.error;
  }
}

}  // namespace

StapleOptions Stapler::Checks() const {
  // The chain was verified by ReadOwnCertificate (O-15).
  return StapleOptionsOf(options_.checks, /*chain_is_verified=*/true);
}

// What the store has is as foreign as what comes over the network.
bool Stapler::Adopt(StapleItem& item, absl::Time now) {
  if (parts_.store == nullptr) return false;
  const OwnCertificate& own = *item.certificate;
  absl::StatusOr<std::optional<std::string>> stored = parts_.store->Load(own.sha256);
  if (!stored.ok()) {
    Observe(Kind::kStoreError, item.name, std::string(stored.status().message()));
    return false;
  }
  if (*stored && **stored == item.der) item.is_unsaved = false;
  if (!*stored || **stored == item.der) return false;
  const StapleVerdict verdict =
      CheckStaple(**stored, own.leaf->certificate, own.issuer->certificate, now, Checks());
  const bool was_revoked = IsRevoked(item);
  if (item.Consider(verdict, **stored, now) != StapleChange::kTake) return false;
  item.is_unsaved = false;
  Observe(Kind::kLoaded, item.name, DescribeStatement(verdict, "the store"));
  if (!was_revoked && IsRevoked(item)) {
    Observe(Kind::kRevoked, item.name, DescribeStatement(verdict, "the store"));
  }
  return true;
}

void Stapler::SaveIfNeeded(StapleItem& item, absl::Time now) {
  if (!item.is_unsaved || parts_.store == nullptr) return;
  const absl::Status status = parts_.store->Save(item.certificate->sha256, item.der);
  item.is_unsaved = !status.ok();
  if (status.ok()) return;
  item.next_look = std::min(item.next_look, now + kSaveAgain);
  Observe(Kind::kStoreError, item.name, std::string(status.message()));
}

void Stapler::LoadStored(StapleItem& item, absl::Time now) {
  item.is_loaded = true;
  item.next_look = NextLook(now);
  if (!Adopt(item, now)) return;
  // As if it had been fetched when it was made: what is past its half is due at once.
  item.next_refresh = NextRefresh(item.Life(), {}, item.verdict->this_update, Chance());
}

void Stapler::LookIntoStore(StapleItem& item, absl::Time now) {
  item.next_look = NextLook(now);
  if (!Adopt(item, now)) return SaveIfNeeded(item, now);
  DropReady(item);
  Succeed(item, {}, now);
}

absl::Time Stapler::NextLook(absl::Time now) {
  if (parts_.store == nullptr) return absl::InfiniteFuture();
  return now + options_.store_interval * (0.75 + Chance() / 2);
}

void Stapler::MakeReady(StapleItem& item, absl::Time now) {
  DropReady(item);
  item.ready = ReadyKey(item.waiters.empty(), item.GoodUntil(now), item.serial);
  ready_[*item.ready] = &item;
}

void Stapler::DropReady(StapleItem& item) {
  if (item.ready) ready_.erase(*item.ready);
  item.ready.reset();
}

void Stapler::BeginFetches(absl::Time now) {
  for (int steps = 0; steps < kStepsPerTick; ++steps) {
    if (ready_.empty() || fetching_ >= options_.max_fetches) return;
    StapleItem& item = *ready_.begin()->second;
    const bool is_wanted = !item.waiters.empty();
    if (!is_wanted && next_fetch_ > now) return;
    DropReady(item);
    // What was not begun for a second may be made up for, and no more.
    if (Begin(item, now)) {
      next_fetch_ = std::max(next_fetch_, now - absl::Seconds(1)) +
                    absl::Seconds(1) / options_.max_fetches_a_second;
    }
    Publish(item, now);
    Arm(item, now);
  }
}

bool Stapler::Begin(StapleItem& item, absl::Time now) {
  const OwnCertificate& own = *item.certificate;
  const bool is_wanted = !item.waiters.empty();
  if (parts_.store != nullptr && !is_wanted) {
    absl::StatusOr<std::unique_ptr<StapleStore::Claim>> claim = parts_.store->TryClaim(own.sha256);
    // Without a claim replicas fetch each by itself: more requests, and no harm.
    if (!claim.ok()) {
      Observe(Kind::kStoreError, item.name, std::string(claim.status().message()));
    }
    // Another may have fetched it until the claim was ours.
    if (Adopt(item, now)) {
      item.claim_missed_since.reset();
      Succeed(item, {}, now);
      return false;
    }
    if (claim.ok() && *claim == nullptr) {
      // One that hangs with its claim must not keep all others from fetching.
      const absl::Duration patience =
          2 * options_.fetch_timeout * static_cast<double>(own.responders.size() + 1);
      if (!item.claim_missed_since) item.claim_missed_since = now;
      if (now - *item.claim_missed_since < patience) {
        item.next_refresh = now + options_.claim_interval * (0.5 + Chance());
        return false;
      }
      Observe(Kind::kStoreError, item.name, "another replica keeps its claim for too long");
    }
    item.claim_missed_since.reset();
    if (claim.ok()) item.claim = *std::move(claim);
  }
  item.is_fetching = true;
  ++fetching_;
  OcspQuestion question;
  question.certificate = own.leaf;
  question.issuer = own.issuer;
  question.responders = own.responders;
  question.options = Checks();
  question.timeout = options_.fetch_timeout;
  FetchOcsp(*parts_.fetcher, *parts_.clock, std::move(question),
            [inbox = inbox_, name = item.name, serial = item.serial](OcspAnswer answer) {
              inbox->Put(StaplerMail::Fetched{name, serial, std::move(answer)});
            });
  return true;
}

void Stapler::TakeFetched(const StaplerMail::Fetched& fetched, absl::Time now) {
  --fetching_;
  const auto found = items_.find(fetched.name);
  if (found == items_.end() || found->second->serial != fetched.serial) return;
  StapleItem& item = *found->second;
  const OcspAnswer& answer = fetched.answer;
  item.is_fetching = false;
  item.url = answer.url;
  // Another replica may have learnt of a revocation meanwhile, which is not to be lost.
  const bool has_adopted = Adopt(item, now);
  const bool was_revoked = IsRevoked(item);
  const StapleChange change =
      answer.is_statement ? item.Consider(answer.verdict, answer.der, now) : StapleChange::kNone;
  if (change == StapleChange::kTake || change == StapleChange::kRepeat) {
    RefreshHints hints;
    hints.cached_until = answer.cached_until;
    hints.is_repeat = change == StapleChange::kRepeat;
    Succeed(item, hints, now);
    Observe(Kind::kRefreshed, item.name, DescribeStatement(*item.verdict, answer.url));
    if (!was_revoked && IsRevoked(item)) {
      Observe(Kind::kRevoked, item.name, DescribeStatement(*item.verdict, answer.url));
    }
  } else if (has_adopted && (change == StapleChange::kOlder || change == StapleChange::kFinal)) {
    Succeed(item, {}, now);
  } else {
    Fail(item, answer, change, now);
  }
  if (change == StapleChange::kTake) item.is_unsaved = true;
  SaveIfNeeded(item, now);
  item.claim.reset();
  Publish(item, now);
  AnswerWaiters(item, item.slot->Get());
  Arm(item, now);
}

void Stapler::Succeed(StapleItem& item, const RefreshHints& hints, absl::Time now) {
  item.failures = 0;
  item.last_error.clear();
  item.last_success = now;
  item.next_refresh = NextRefresh(item.Life(), hints, now, Chance());
}

void Stapler::Fail(StapleItem& item, const OcspAnswer& answer, StapleChange change,
                   absl::Time now) {
  ++item.failures;
  item.last_error = DescribeRefusal(answer, change);
  RefreshFailure failure;
  failure.failures = item.failures;
  failure.retry_at = answer.retry_at;
  failure.use_until = item.GoodUntil(now);
  item.next_refresh = NextRetry(failure, options_.back_off, now, Chance());
  Observe(Kind::kFailed, item.name, item.last_error);
}

void Stapler::AnswerWaiters(StapleItem& item, const absl::StatusOr<KeptStaplePtr>& answer) {
  for (const RefreshDone& done : std::exchange(item.waiters, {})) done(answer);
}

}  // namespace postern
