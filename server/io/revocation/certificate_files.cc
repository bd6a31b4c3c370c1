#include "server/io/revocation/certificate_files.h"

#include <openssl/crypto.h>

#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/io/file.h"

namespace postern {
namespace {

absl::Status CheckEntry(const CertificateEntry& entry) {
  if (entry.path.empty()) return absl::InvalidArgumentError("has no path");
  if (entry.name.size() > kMaxStapleName) {
    return absl::InvalidArgumentError(
        absl::StrCat("has a name of more than ", kMaxStapleName, " bytes"));
  }
  if (!entry.responder.empty() && !absl::StartsWith(entry.responder, "http://") &&
      !absl::StartsWith(entry.responder, "https://")) {
    return absl::InvalidArgumentError(
        absl::StrCat("has the responder \"", entry.responder, "\", which is no http(s) URL"));
  }
  return absl::OkStatus();
}

// A folder of certificates often has their keys in it.
bool HasOnlyOtherBlocks(absl::string_view text) {
  return absl::StrContains(text, "-----BEGIN ") &&
         !absl::StrContains(text, "-----BEGIN CERTIFICATE-----");
}

}  // namespace

absl::StatusOr<std::unique_ptr<CertificateFiles>> CertificateFiles::Create(
    std::vector<CertificateEntry> entries, Options options) {
  std::set<std::string> names;
  for (size_t i = 0; i < entries.size(); ++i) {
    absl::Status status = CheckEntry(entries[i]);
    if (status.ok() && !entries[i].name.empty() && !names.insert(entries[i].name).second) {
      status = absl::InvalidArgumentError(
          absl::StrCat("has the name \"", entries[i].name, "\" of an entry before it"));
    }
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("certificates[", i, "] ", status.message()));
    }
  }
  return std::unique_ptr<CertificateFiles>(new CertificateFiles(std::move(entries), options));
}

void CertificateFiles::Scan() {
  errors_.clear();
  for (auto& [name, state] : states_) state.is_seen = false;
  paths_.clear();
  // A file that one entry names and another's pattern fits goes by its name.
  for (const CertificateEntry& entry : entries_) {
    if (!entry.name.empty()) ScanEntry(entry);
  }
  for (const CertificateEntry& entry : entries_) {
    if (entry.name.empty()) ScanEntry(entry);
  }
  ForgetMissing();
}

void CertificateFiles::ScanEntry(const CertificateEntry& entry) {
  const absl::StatusOr<CertificatePaths> found = FindCertificatePaths(entry.path, entry.kind);
  if (!found.ok()) {
    errors_.emplace_back(found.status().message());
    if (absl::IsNotFound(found.status())) return;
    for (auto& [name, state] : states_) {
      if (state.entry == &entry) state.is_seen = true;
    }
    return;
  }
  if (!found->is_one_file && !entry.name.empty()) {
    errors_.push_back(absl::StrCat(entry.path, ": has the name \"", entry.name,
                                   "\", which only one file can have: leave it out"));
    return;
  }
  for (const std::string& path : found->paths) ScanFile(entry, path, found->is_one_file);
}

void CertificateFiles::ScanFile(const CertificateEntry& entry, const std::string& path,
                                bool is_one_file) {
  if (!paths_.insert(path).second) return;
  const std::string& name = entry.name.empty() ? path : entry.name;
  if (name.size() > kMaxStapleName) {
    errors_.push_back(absl::StrCat(path, ": is longer than ", kMaxStapleName,
                                   " bytes, and needs a name in the configuration"));
    return;
  }
  const auto known = files_.find(name);
  if (known != files_.end() && states_[name].is_seen) {
    errors_.push_back(absl::StrCat(path, ": has the same name as ", known->second.path));
    return;
  }
  if (known == files_.end() && files_.size() == options_.max_certificates) {
    errors_.push_back(absl::StrCat(path, ": is left out: there are more than ",
                                   options_.max_certificates, " certificates"));
    return;
  }
  const FileStamp stamp = StampOf(path);
  const FileStamp issuer_stamp = StampOf(entry.issuer_file);
  State& state = states_[name];
  const bool is_same = known != files_.end() && known->second.path == path &&
                       state.stamp == stamp && state.issuer_stamp == issuer_stamp;
  state.entry = &entry;
  state.is_seen = true;
  state.was_missed = false;
  if (is_same && state.is_settled) return;
  CertificateFile& file = files_[name];
  file.name = name;
  file.path = path;
  file.error.clear();
  if (!Read(entry, is_one_file, file)) {
    files_.erase(name);
    states_.erase(name);
    return;
  }
  // The clock of a file's times is coarse: what was just written may be written again
  // within the same instant, and is therefore read twice.
  state.is_settled = is_same && file.error.empty();
  state.stamp = stamp;
  state.issuer_stamp = issuer_stamp;
}

bool CertificateFiles::Read(const CertificateEntry& entry, bool is_one_file,
                            CertificateFile& file) {
  absl::StatusOr<std::string> chain = ReadFile(file.path, kMaxCertificateFileBytes);
  if (!chain.ok()) {
    file.error = std::string(chain.status().message());
    return true;
  }
  if (!is_one_file && file.certificate == nullptr && HasOnlyOtherBlocks(*chain)) {
    OPENSSL_cleanse(chain->data(), chain->size());
    return false;
  }
  ReadTexts(entry, *chain, file);
  OPENSSL_cleanse(chain->data(), chain->size());  // it may hold the key as well
  return true;
}

void CertificateFiles::ReadTexts(const CertificateEntry& entry, absl::string_view chain,
                                 CertificateFile& file) {
  std::string issuer;
  if (!entry.issuer_file.empty()) {
    absl::StatusOr<std::string> text = ReadFile(entry.issuer_file, kMaxCertificateFileBytes);
    if (!text.ok()) {
      file.error = std::string(text.status().message());
      return;
    }
    issuer = *std::move(text);
  }
  OwnCertificateText text;
  text.chain = chain;
  text.issuer = issuer;
  text.responder = entry.responder;
  text.allow_sha1 = options_.allow_sha1;
  absl::StatusOr<OwnCertificate> certificate =
      ReadOwnCertificate(text, [this](std::string der) { return HoldIssuer(std::move(der)); });
  if (!certificate.ok()) {
    file.error = absl::StrCat(file.path, ": ", certificate.status().message());
    return;
  }
  const auto& old = file.certificate;
  if (old != nullptr && old->sha256 == certificate->sha256 &&
      old->responders == certificate->responders &&
      (old->issuer == nullptr) == (certificate->issuer == nullptr) &&
      (old->issuer == nullptr || old->issuer->der == certificate->issuer->der)) {
    return;
  }
  file.certificate = std::make_shared<const OwnCertificate>(*std::move(certificate));
}

absl::StatusOr<std::shared_ptr<const HeldCertificate>> CertificateFiles::HoldIssuer(
    std::string der) {
  if (const auto known = issuers_.find(der); known != issuers_.end()) {
    if (std::shared_ptr<const HeldCertificate> held = known->second.lock()) return held;
  }
  absl::StatusOr<std::shared_ptr<const HeldCertificate>> held = HoldCertificate(std::move(der));
  if (held.ok()) issuers_[(*held)->der] = *held;
  return held;
}

void CertificateFiles::ForgetMissing() {
  for (auto it = states_.begin(); it != states_.end();) {
    State& state = it->second;
    if (state.is_seen || !state.was_missed) {
      state.was_missed = !state.is_seen;
      ++it;
      continue;
    }
    files_.erase(it->first);
    it = states_.erase(it);
  }
  for (auto it = issuers_.begin(); it != issuers_.end();) {
    it = it->second.expired() ? issuers_.erase(it) : std::next(it);
  }
}

}  // namespace postern
