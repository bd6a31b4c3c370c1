// CrlCache: fetches and what comes of them, and the folder.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/crl_refresh.h"
#include "server/core/revocation/crl_scope.h"
#include "server/io/revocation/crl_cache.h"

namespace postern {
namespace {

using Kind = CrlEvent::Kind;

// A slow server holds a place for no longer before its CRL has proved itself.
constexpr absl::Duration kNewFetchTimeout = absl::Seconds(15);
constexpr int kOk = 200;
constexpr int kNotModified = 304;

// What may be sent back, and kept.
std::string Validator(const std::string& value) {
  const bool is_fit =
      value.size() <= kMaxValidatorBytes &&
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  return is_fit ? value : "";
}

std::optional<absl::Duration> FreshFor(const HttpReply& reply) {
  if (!reply.max_age || reply.no_cache || reply.no_store) return std::nullopt;
  return std::max(*reply.max_age - reply.age.value_or(absl::ZeroDuration()), absl::ZeroDuration());
}

std::string WordsOf(CrlReason reason) {
  return absl::StrCat(NameOf(reason), ": ", DetailOf(reason));
}

// What came, where it is no CRL, is best told by its looks.
std::string MalformedWords(const HttpReply& reply) {
  if (absl::StartsWith(reply.body, "-----BEGIN")) {
    return "MALFORMED: PEM, where RFC 2585 has DER";
  }
  return absl::StrCat(WordsOf(CrlReason::kMalformed), " (Content-Type ",
                      reply.content_type.empty() ? "none" : reply.content_type, ")");
}

std::string Summary(const Crl& crl) {
  return absl::StrCat(
      crl.serials.size(), " entries, this_update ",
      absl::FormatTime(absl::RFC3339_sec, crl.this_update, absl::UTCTimeZone()), ", next_update ",
      crl.next_update ? absl::FormatTime(absl::RFC3339_sec, *crl.next_update, absl::UTCTimeZone())
                      : "none");
}

bool IsForTheSame(const CrlScope& a, const CrlScope& b) {
  return a.kind == b.kind && a.has_point == b.has_point && a.point_names == b.point_names;
}

void Finish(CrlEntry& entry, const absl::StatusOr<std::shared_ptr<const Crl>>& outcome) {
  std::vector<CrlWaiter> waiters;
  waiters.swap(entry.waiters);
  for (const CrlWaiter& waiter : waiters) waiter.done(outcome);
}

}  // namespace

void CrlCache::Start(CrlEntry& entry, absl::Time now) {
  HttpRequest request;
  request.url = entry.key->url;
  // Any type: RFC 5280, section 4.2.1.13, asks servers for application/pkix-crl without
  // insisting, and it is the signature that tells what a CRL is.
  request.max_bytes = options_.max_bytes;
  request.deadline = now + (entry.IsNew() ? std::min(options_.fetch_timeout, kNewFetchTimeout)
                                          : options_.fetch_timeout);
  request.no_cache = entry.no_cache;
  if (entry.crl != nullptr && !entry.no_cache) {
    request.if_none_match = entry.etag;
    request.if_modified_since = entry.last_modified;
  }
  entry.attempted = now;
  entry.status = nullptr;
  const uint64_t fetch = entry.fetch = ++last_fetch_;
  fetches_[fetch] = &entry;
  {
    MutexLock lock(stats_mutex_);
    ++stats_.fetches;
  }
  fetcher_->Fetch(std::move(request), [inbox = inbox_, fetch](FetchResult result) {
    inbox->Put(CrlInbox::Result{fetch, std::move(result)});
  });
}

void CrlCache::HandleResult(uint64_t fetch, FetchResult result, absl::Time now) {
  const auto found = fetches_.find(fetch);
  if (found == fetches_.end()) return;
  CrlEntry& entry = *found->second;
  fetches_.erase(found);
  entry.fetch = 0;
  entry.status = nullptr;
  if (!result.ok()) {
    const absl::Duration keep_away =
        result.retry_at > now ? result.retry_at - now : absl::ZeroDuration();
    return Fail(entry, Kind::kFailed,
                absl::StrCat(FetchFailureName(result.failure), ": ", result.detail), keep_away,
                now);
  }
  if (result.reply.status == kOk) return Accept(entry, std::move(result.reply), now);
  if (result.reply.status == kNotModified && entry.crl != nullptr) {
    return Unchanged(entry, result.reply, now);
  }
  Fail(entry, Kind::kFailed, absl::StrCat("HTTP status ", result.reply.status),
       result.reply.retry_after.value_or(absl::ZeroDuration()), now);
}

void CrlCache::Accept(CrlEntry& entry, HttpReply reply, absl::Time now) {
  const auto refuse = [&](std::string why) {
    // Perhaps a cache on the way has what is old, or broken.
    entry.no_cache = true;
    Fail(entry, Kind::kRefused, std::move(why), absl::ZeroDuration(), now);
  };
  auto crl =
      std::make_shared<const Crl>(ReadCrl(reply.body, entry.issuer, {options_.checks.allow_sha1}));
  if (crl->defect == CrlReason::kMalformed) return refuse(MalformedWords(reply));
  if (crl->defect != CrlReason::kNone) return refuse(WordsOf(crl->defect));
  const CrlReason reason = WhyNotNow(*crl, now);
  if (reason != CrlReason::kNone) return refuse(WordsOf(reason));
  // A shard that takes another's place would hide what that one revokes.
  if (entry.crl != nullptr && !IsForTheSame(crl->scope, entry.crl->scope) &&
      WhyNotNow(*entry.crl, now) == CrlReason::kNone) {
    return refuse(absl::StrCat("for other certificates than the one at hand: ", Summary(*crl)));
  }
  if (entry.crl != nullptr && IsOlderCrl(*crl, *entry.crl, now)) {
    return refuse(absl::StrCat("older than the one at hand: ", Summary(*crl)));
  }
  entry.crl = crl;
  entry.etag = Validator(reply.etag);
  entry.last_modified = Validator(reply.last_modified);
  entry.file_bytes = options_.folder.empty() ? 0 : reply.body.size();
  entry.bytes = BytesOf(entry);
  entry.first_loaded = std::min(entry.first_loaded, now);
  const CrlRecord record{entry.key->url,      entry.issuer_der,      entry.etag,
                         entry.last_modified, std::move(reply.body), now};
  if (absl::Status status = folder_.Save(entry.key->View(), record); !status.ok()) {
    Report(Kind::kDisk, entry.key->url, status.message());
  }
  Report(Kind::kLoaded, entry.key->url, Summary(*crl));
  entry.failures = 0;
  entry.last_error.clear();
  entry.no_cache = false;
  entry.not_before = absl::InfinitePast();
  entry.due = NextCrlRefresh(*crl, now, FreshFor(reply), Chance());
  Finish(entry, entry.crl);
}

void CrlCache::Unchanged(CrlEntry& entry, const HttpReply& reply, absl::Time now) {
  const CrlReason reason = WhyNotNow(*entry.crl, now);
  if (reason != CrlReason::kNone) {
    entry.no_cache = true;
    return Fail(entry, Kind::kRefused,
                absl::StrCat("the server says that it is unchanged, but ", WordsOf(reason)),
                absl::ZeroDuration(), now);
  }
  Report(Kind::kUnchanged, entry.key->url, Summary(*entry.crl));
  entry.failures = 0;
  entry.last_error.clear();
  entry.not_before = absl::InfinitePast();
  entry.due = NextCrlRefresh(*entry.crl, now, FreshFor(reply), Chance());
  Finish(entry, entry.crl);
}

void CrlCache::Fail(CrlEntry& entry, Kind kind, std::string why, absl::Duration keep_away,
                    absl::Time now) {
  ++entry.failures;
  entry.last_error = std::move(why);
  entry.not_before =
      now + std::max(CrlBackOff(entry.failures, Chance()), std::min(keep_away, kMaxCrlBackOff));
  entry.due = entry.not_before;
  Report(kind, entry.key->url, entry.last_error);
  Finish(entry, absl::UnavailableError(entry.last_error));
}

void CrlCache::LoadFolder(absl::Time now) {
  loaded_folder_ = true;
  folder_.Load(
      options_.max_entries + options_.max_new_entries + options_.max_watched,
      [&](const CrlRecord& record) { TakeRecord(record, now); },
      [&](const std::string& problem) { Report(Kind::kDisk, "", problem); });
}

void CrlCache::TakeRecord(const CrlRecord& record, absl::Time now) {
  absl::StatusOr<std::unique_ptr<CrlEntry>> made = MakeCrlEntry(record.url, record.issuer);
  if (!made.ok()) return Report(Kind::kDisk, record.url, made.status().message());
  CrlEntry& entry = **made;
  auto crl =
      std::make_shared<const Crl>(ReadCrl(record.crl, entry.issuer, {options_.checks.allow_sha1}));
  if (crl->defect != CrlReason::kNone) {
    return Report(Kind::kDisk, record.url,
                  absl::StrCat("the file's CRL is of no use, ", WordsOf(crl->defect)));
  }
  entry.crl = std::move(crl);
  const CrlReason reason = WhyNotNow(*entry.crl, now);
  if (reason != CrlReason::kNone) {
    return Goodbye(entry, absl::StrCat("kept for too long, ", WordsOf(reason)));
  }
  entry.etag = Validator(record.etag);
  entry.last_modified = Validator(record.last_modified);
  entry.file_bytes = record.crl.size();
  entry.bytes = BytesOf(entry);
  // A file from the future says nothing of when.
  const absl::Time fetched = std::min(record.fetched, now);
  entry.use->used.store(absl::ToUnixNanos(fetched));
  entry.attempted = fetched;
  entry.first_loaded = fetched;
  entry.is_established = true;
  // Not all at once after a start.
  entry.due = std::max(NextCrlRefresh(*entry.crl, fetched, std::nullopt, Chance()),
                       now + kMinCrlRefresh * Chance());
  if (entry.crl->next_update) entry.due = std::min(entry.due, *entry.crl->next_update);
  Report(Kind::kLoaded, record.url, absl::StrCat("from the folder: ", Summary(*entry.crl)));
  if (absl::Status status = room_.Admit(*std::move(made)).status(); !status.ok()) {
    Report(Kind::kDisk, record.url, status.message());
    return;
  }
  room_.Settle();
}

}  // namespace postern
