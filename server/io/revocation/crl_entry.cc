#include "server/io/revocation/crl_entry.h"

#include <algorithm>
#include <utility>

#include "server/core/x509/name_text.h"

namespace postern {
namespace {

// OpenSSL's reading of a certificate takes a few times its bytes.
constexpr size_t kReadingFactor = 6;

}  // namespace

absl::Time CrlEntry::NextAfter(absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  if (Sleeps()) {
    next = forget;
  } else if (!IsFetching()) {
    next = due;
  }
  if (next <= now) next = absl::InfiniteFuture();
  for (const CrlWaiter& waiter : waiters) next = std::min(next, waiter.deadline);
  return next;
}

absl::StatusOr<std::unique_ptr<CrlEntry>> MakeCrlEntry(absl::string_view url,
                                                       absl::string_view issuer_der) {
  if (!IsCrlUrl(url)) {
    return absl::InvalidArgumentError("url: not an http or https URL of at most 1024 characters");
  }
  auto entry = std::make_unique<CrlEntry>();
  entry->issuer_der = std::string(issuer_der);
  absl::StatusOr<Certificate> issuer = ParseIssuer(entry->issuer_der);
  if (!issuer.ok()) {
    return absl::InvalidArgumentError("issuer: " + std::string(issuer.status().message()));
  }
  if (!MaySignCrls(*issuer)) {
    return absl::InvalidArgumentError("issuer: its key usage does not let it sign CRLs");
  }
  entry->issuer = *std::move(issuer);
  entry->key = std::make_shared<CrlKey>(CrlKeyOf(url, entry->issuer));
  entry->issuer_text = NameText(entry->issuer.outline.subject_name);
  entry->bytes = BytesOf(*entry);
  return entry;
}

CrlStatus StatusOf(const CrlEntry& entry, absl::Time now) {
  CrlStatus status;
  status.url = entry.key->url;
  status.issuer = entry.issuer_text;
  status.watched = entry.watches > 0;
  status.bytes = entry.bytes;
  status.last_error = entry.last_error;
  status.failures = entry.failures;
  if (!entry.Sleeps()) status.next_refresh = entry.due;
  if (entry.crl == nullptr) {
    status.state = entry.failures > 0 ? CrlState::kFailed : CrlState::kPending;
    return status;
  }
  status.this_update = entry.crl->this_update;
  status.next_update = entry.crl->next_update.value_or(absl::InfiniteFuture());
  status.entries = entry.crl->serials.size();
  status.state = status.next_update <= now ? CrlState::kStale : CrlState::kLoaded;
  return status;
}

size_t BytesOf(const CrlEntry& entry) {
  size_t bytes = sizeof(CrlEntry) + sizeof(CrlStatus) + kReadingFactor * entry.issuer_der.size() +
                 2 * entry.key->url.size() + entry.key->issuer_key.size() +
                 entry.key->issuer_name.size() + entry.etag.size() + entry.last_modified.size();
  if (entry.crl != nullptr) {
    bytes += sizeof(Crl) + entry.crl->issuer_key.size() + entry.crl->issuer_name.size() +
             entry.crl->serials.bytes();
    for (const std::string& name : entry.crl->scope.point_names) bytes += name.size();
  }
  return std::max(bytes, entry.file_bytes);
}

const char* NameOf(CrlEvent::Kind kind) {
  switch (kind) {
    case CrlEvent::Kind::kLoaded:
      return "loaded";
    case CrlEvent::Kind::kUnchanged:
      return "unchanged";
    case CrlEvent::Kind::kFailed:
      return "failed";
    case CrlEvent::Kind::kRefused:
      return "refused";
    case CrlEvent::Kind::kEvicted:
      return "evicted";
    case CrlEvent::Kind::kDisk:
      return "disk";
  }
  return "";
}

const char* CrlStateName(CrlState state) {
  switch (state) {
    case CrlState::kPending:
      break;
    case CrlState::kLoaded:
      return "loaded";
    case CrlState::kStale:
      return "stale";
    case CrlState::kFailed:
      return "failed";
  }
  return "pending";
}

}  // namespace postern
