#include "server/io/revocation/staple_index.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace postern {

StapleIndex::StapleIndex(std::vector<StapleIndexEntry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(),
            [](const StapleIndexEntry& a, const StapleIndexEntry& b) { return a.name < b.name; });
  const auto put = [](Map& map, const std::string& key, const StapleIndexEntry& entry) {
    const StapleIndexEntry*& place = map[key];
    if (place == nullptr || place->not_after < entry.not_after) place = &entry;
  };
  for (const StapleIndexEntry& entry : entries_) {
    put(by_name_, entry.name, entry);
    if (!entry.sha256.empty()) put(by_digest_, entry.sha256, entry);
    for (const std::string& host : entry.hosts) put(by_host_, host, entry);
  }
}

KeptStaplePtr StapleIndex::FindByHost(absl::string_view host) const {
  // A wildcard is no name of a host.
  if (!host.empty() && host.front() == '*') return nullptr;
  if (KeptStaplePtr exact = Find(by_host_, host); exact != nullptr) return exact;
  const size_t dot = host.find('.');
  if (dot == absl::string_view::npos) return nullptr;
  return Find(by_host_, absl::StrCat("*", host.substr(dot)));
}

std::vector<KeptStaplePtr> StapleIndex::List(absl::string_view after, size_t limit) const {
  auto entry = std::upper_bound(entries_.begin(), entries_.end(), after,
                                [](absl::string_view key, const StapleIndexEntry& e) {
                                  return key < absl::string_view(e.name);
                                });
  std::vector<KeptStaplePtr> found;
  for (; entry != entries_.end() && found.size() < limit; ++entry) {
    found.push_back(entry->slot->Get());
  }
  return found;
}

}  // namespace postern
