// The part of Stapler that follows the operator's files.
#include <utility>

#include "server/io/revocation/stapler.h"

namespace postern {

using Kind = StaplerEvent::Kind;

void Stapler::ScanFiles(absl::Time now) {
  files_->Scan();
  bool is_other_set = false;
  for (auto it = items_.begin(); it != items_.end();) {
    if (files_->files().count(it->first) != 0) {
      ++it;
      continue;
    }
    RemoveItem(*it->second);
    it = items_.erase(it);
    is_other_set = true;
  }
  for (const auto& [name, file] : files_->files()) TakeFile(file, now, is_other_set);
  if (is_other_set) MakeIndex();
  if (files_->errors() == file_errors_) return;
  file_errors_ = files_->errors();
  for (const std::string& error : file_errors_) Observe(Kind::kFileError, "", error);
}

void Stapler::TakeFile(const CertificateFile& file, absl::Time now, bool& is_other_set) {
  std::unique_ptr<StapleItem>& item = items_[file.name];
  const bool is_new = item == nullptr;
  if (is_new) {
    item = std::make_unique<StapleItem>();
    item->name = file.name;
  }
  const bool is_other = is_new || item->certificate != file.certificate;
  const bool has_other_error = item->file_error != file.error;
  if (!is_other && !has_other_error && item->file == file.path) return;
  item->file = file.path;
  item->file_error = file.error;
  if (has_other_error && !file.error.empty()) Observe(Kind::kFileError, file.name, file.error);
  if (is_other) {
    // A fetch under way is for the certificate that was there, and its result is dropped.
    DropReady(*item);
    item->SetCertificate(file.certificate, ++last_serial_);
    is_other_set = true;
  }
  if (is_other) {
    // Nobody gets what was for the certificate before.
    item->slot->Set(item->Describe(now));
    changes_[item->name] = {item->slot->Get(), false};
  }
  SetTimer(*item, now);
}

void Stapler::RemoveItem(StapleItem& item) {
  DropReady(item);
  SetTimer(item, absl::InfiniteFuture());
  AnswerWaiters(item, absl::NotFoundError("the configuration no longer has the certificate"));
  const KeptStaplePtr kept = item.slot->Get();
  changes_[item.name] = {kept, true};
  if (parts_.sink != nullptr) parts_.sink->Remove(*kept);
}

void Stapler::MakeIndex() {
  std::vector<StapleIndexEntry> entries;
  entries.reserve(items_.size());
  for (const auto& [name, item] : items_) {
    StapleIndexEntry entry;
    entry.name = name;
    entry.not_after = absl::InfinitePast();
    entry.slot = item->slot;
    if (item->certificate != nullptr) {
      entry.sha256 = item->certificate->sha256;
      entry.hosts = item->certificate->dns_names;
      entry.not_after = item->certificate->not_after;
    }
    entries.push_back(std::move(entry));
  }
  index_.Set(std::make_shared<const StapleIndex>(std::move(entries)));
}

}  // namespace postern
