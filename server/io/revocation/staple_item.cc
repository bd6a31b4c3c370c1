#include "server/io/revocation/staple_item.h"

#include <algorithm>
#include <utility>

#include "server/core/revocation/revocation_reason.h"

namespace postern {
namespace {

using Status = KeptStaple::Status;
using Source = OwnCertificate::Source;

// As many as proto/postern/v1/revocation.proto tells of.
constexpr size_t kMaxNames = 100;

KeptStaple::Source SourceOf(Source source) {
  switch (source) {
    case Source::kOcsp:
      return KeptStaple::Source::kOcsp;
    case Source::kCrl:
      return KeptStaple::Source::kCrl;
    case Source::kNone:
      break;
  }
  return KeptStaple::Source::kNone;
}

template <typename Verdict>
Status StatusOf(const std::optional<Verdict>& verdict, absl::Time now) {
  if (!verdict) return Status::kPending;
  if (verdict->status == Verdict::Status::kRevoked) return Status::kRevoked;
  return now < verdict->use_until ? Status::kGood : Status::kExpired;
}

bool IsFinal(const CrlVerdict& verdict) {
  return verdict.status == CrlVerdict::Status::kRevoked &&
         !(verdict.revocation && verdict.revocation->reason == RevocationReason::kCertificateHold);
}

}  // namespace

void StapleItem::SetCertificate(std::shared_ptr<const OwnCertificate> next, uint64_t next_serial) {
  certificate = std::move(next);
  serial = next_serial;
  verdict.reset();
  der.clear();
  crl.reset();
  url.clear();
  last_error.clear();
  failures = 0;
  last_success = absl::InfinitePast();
  next_refresh = absl::InfinitePast();
  is_loaded = false;
  is_fetching = false;
  is_unsaved = false;
  claim.reset();
  claim_missed_since.reset();
}

Status StapleItem::StatusAt(absl::Time now) const {
  if (!IsUsableAt(now)) return Status::kUnusable;
  switch (certificate->source) {
    case Source::kOcsp:
      return StatusOf(verdict, now);
    case Source::kCrl:
      return StatusOf(crl, now);
    case Source::kNone:
      break;
  }
  return Status::kNotAvailable;
}

absl::Time StapleItem::GoodUntil(absl::Time now) const {
  if (StatusAt(now) != Status::kGood) return absl::InfinitePast();
  return Is(Source::kOcsp) ? verdict->use_until : crl->use_until;
}

StapleChange StapleItem::Consider(const StapleVerdict& fresh, absl::string_view response,
                                  absl::Time now) {
  const StapleChange change = JudgeStapleChange(verdict ? &*verdict : nullptr, fresh, now);
  if (change != StapleChange::kTake) return change;
  verdict = fresh;
  der = std::string(response);
  return change;
}

bool StapleItem::Consider(const CrlVerdict& fresh) {
  if (fresh.status == CrlVerdict::Status::kInvalid) return false;
  const bool is_revoked = fresh.status == CrlVerdict::Status::kRevoked;
  const bool was_revoked = crl && crl->status == CrlVerdict::Status::kRevoked;
  // As JudgeStapleChange: what says revoked counts at once, and good only if it is newer, and
  // after a hold.
  if (crl && IsFinal(*crl) && !IsFinal(fresh)) return false;
  if (crl && !(is_revoked && !was_revoked)) {
    const absl::Time kept = crl->this_update.value_or(absl::InfinitePast());
    const absl::Time next = fresh.this_update.value_or(absl::InfinitePast());
    if (next < kept || (next == kept && is_revoked != was_revoked)) return false;
  }
  crl = fresh;
  return true;
}

StatementLife StapleItem::Life() const {
  return {verdict->this_update, verdict->next_update, verdict->use_until};
}

KeptStaplePtr StapleItem::Describe(absl::Time now) const {
  auto kept = std::make_shared<KeptStaple>();
  kept->name = name;
  kept->file = file;
  kept->status = StatusAt(now);
  kept->last_error = file_error.empty() ? last_error : file_error;
  if (certificate == nullptr) return kept;
  kept->source = SourceOf(certificate->source);
  kept->certificate_sha256 = certificate->sha256;
  const auto& names = certificate->dns_names;
  kept->dns_names.assign(names.begin(),
                         names.begin() + static_cast<long>(std::min(names.size(), kMaxNames)));
  kept->not_after = certificate->not_after;
  kept->must_staple = certificate->must_staple;
  kept->failures = failures;
  kept->last_success = last_success;
  kept->url = url;
  kept->verdict = verdict;
  kept->crl = crl;
  if (kept->status == Status::kUnusable) {
    if (kept->last_error.empty()) kept->last_error = file + ": the certificate has expired";
    return kept;
  }
  if (kept->source != KeptStaple::Source::kNone) {
    kept->next_refresh = next_refresh == absl::InfinitePast() ? now : next_refresh;
  }
  if (verdict) kept->use_until = verdict->use_until;
  if (crl) kept->use_until = crl->use_until;
  if (kept->status == Status::kGood) kept->der = der;
  return kept;
}

}  // namespace postern
