#include "server/io/revocation/crl_room.h"

#include <algorithm>

#include "absl/status/status.h"

namespace postern {

CrlEntry* CrlRoom::Find(const CrlKeyView& key) {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : found->second.get();
}

CrlRoom::Use CrlRoom::UseOf(bool is_new) const {
  Use use;
  for (const auto& [key, entry] : entries_) {
    if (!entry->IsStrangers() || entry->IsNew() != is_new) continue;
    ++use.count;
    use.bytes += entry->bytes;
  }
  return use;
}

size_t CrlRoom::WatchedCount() const {
  return static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(), [](const auto& one) {
    return !one.second->IsStrangers();
  }));
}

size_t CrlRoom::Bytes() const {
  size_t bytes = 0;
  for (const auto& [key, entry] : entries_) bytes += entry->bytes;
  return bytes;
}

std::vector<CrlEntry*> CrlRoom::All() const {
  std::vector<CrlEntry*> all;
  all.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) all.push_back(entry.get());
  return all;
}

CrlEntry* CrlRoom::Oldest(bool is_new, bool with_crl) const {
  CrlEntry* oldest = nullptr;
  for (const auto& [key, entry] : entries_) {
    if (!entry->IsStrangers() || entry->IsNew() != is_new) continue;
    if (entry->IsFetching() || !entry->waiters.empty()) continue;
    // What was never tried would never be, were others to push it out.
    if (entry->attempted == absl::InfinitePast()) continue;
    if (with_crl && entry->crl == nullptr) continue;
    if (oldest == nullptr || entry->Used() < oldest->Used()) oldest = entry.get();
  }
  return oldest;
}

size_t CrlRoom::UntriedOf(const CrlEntry& entry) const {
  return static_cast<size_t>(
      std::count_if(entries_.begin(), entries_.end(), [&entry](const auto& one) {
        return one.second->IsStrangers() && one.second->attempted == absl::InfinitePast() &&
               one.second->key->issuer_key == entry.key->issuer_key;
      }));
}

absl::StatusOr<CrlEntry*> CrlRoom::Admit(std::unique_ptr<CrlEntry> entry) {
  const CrlKeyView key = entry->key->View();
  if (entries_.contains(key)) return absl::AlreadyExistsError("the CRL is there");
  if (!entry->IsStrangers()) {
    if (WatchedCount() >= options_.max_watched) {
      return absl::ResourceExhaustedError("too many CRLs are watched");
    }
  } else if (entry->IsNew() && UntriedOf(*entry) >= kMaxUntriedOfIssuer) {
    return absl::ResourceExhaustedError(
        "too many new CRLs of this issuer are wanted; try again later");
  } else if (entry->IsNew() && UseOf(true).count >= options_.max_new_entries) {
    CrlEntry* const oldest = Oldest(true, false);
    if (oldest == nullptr) {
      return absl::ResourceExhaustedError("too many new CRLs are wanted; try again later");
    }
    Drop(*oldest, "to make room for a newer one");
  }
  CrlEntry* const raw = entry.get();
  entries_.emplace(key, std::move(entry));
  return raw;
}

void CrlRoom::Shrink(bool is_new, size_t max_count, size_t max_bytes) {
  Use use = UseOf(is_new);
  while (use.count > max_count || use.bytes > max_bytes) {
    CrlEntry* oldest = Oldest(is_new, use.count <= max_count);
    if (oldest == nullptr) return;
    --use.count;
    use.bytes -= oldest->bytes;
    Drop(*oldest, "to make room");
  }
}

void CrlRoom::Settle() {
  for (const auto& [key, entry] : entries_) {
    if (entry->IsNew() && entry->Used() >= entry->first_loaded + kCrlProof) {
      entry->is_established = true;
    }
  }
  const size_t max_new_bytes = options_.max_total_bytes / 4;
  Shrink(true, options_.max_new_entries, max_new_bytes);
  Shrink(false, options_.max_entries, options_.max_total_bytes - max_new_bytes);
}

void CrlRoom::Drop(CrlEntry& entry, absl::string_view why) {
  const auto found = entries_.find(entry.key->View());
  if (found == entries_.end()) return;
  const std::unique_ptr<CrlEntry> gone = std::move(found->second);
  entries_.erase(found);
  goodbye_(*gone, why);
}

}  // namespace postern
