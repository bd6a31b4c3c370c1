#include "server/io/revocation/staple_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/io/atomic_file.h"
#include "server/io/file.h"
#include "server/io/safe_file_name.h"

namespace postern {
namespace {

constexpr mode_t kMode = 0644;
constexpr size_t kPemLine = 64;  // RFC 7468, section 2

std::string PemOf(absl::string_view der) {
  const std::string base64 = absl::Base64Escape(der);
  std::string pem = "-----BEGIN OCSP RESPONSE-----\n";
  for (size_t i = 0; i < base64.size(); i += kPemLine) {
    absl::StrAppend(&pem, absl::string_view(base64).substr(i, kPemLine), "\n");
  }
  absl::StrAppend(&pem, "-----END OCSP RESPONSE-----\n");
  return pem;
}

absl::Status Write(const std::string& path, absl::string_view bytes, bool& changed) {
  const size_t limit = std::max(bytes.size(), 2 * kMaxOcspResponseBytes);
  const absl::StatusOr<std::string> there = ReadFile(path, limit);
  if (there.ok() && *there == bytes) return absl::OkStatus();
  absl::Status status = WriteFileAtomically(path, bytes, kMode);
  if (status.ok()) changed = true;
  return status;
}

absl::Status RemoveIfThere(const std::string& path, bool& changed) {
  struct stat info;
  if (path.empty() || (lstat(path.c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR))) {
    return absl::OkStatus();
  }
  absl::Status status = RemoveFile(path);
  if (status.ok()) changed = true;
  return status;
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<std::unique_ptr<StapleFiles>> StapleFiles::Create(StapleFilesOptions options,
                                                                 ChangeObserver on_change,
                                                                 ErrorObserver on_error) {
  const std::string& folder = options.output_folder;
  if (!folder.empty()) {
    if (absl::Status status = CheckFolder(folder); !status.ok()) return status;
    if (absl::Status status = RemoveOldTemporaries(folder); !status.ok()) return status;
  }
  return std::unique_ptr<StapleFiles>(
      new StapleFiles(std::move(options), std::move(on_change), std::move(on_error)));
}

StapleFilePaths StapleFiles::PathsOf(const KeptStaple& staple) const {
  StapleFilePaths paths;
  if (!options_.output_folder.empty()) {
    const std::string stem =
        absl::StrCat(options_.output_folder, "/", SafeFileName(staple.name), ".ocsp");
    if (options_.write_der) paths.der = stem;
    if (options_.write_pem) paths.pem = absl::StrCat(stem, ".pem");
  }
  if (options_.beside_certificates && !staple.file.empty()) {
    paths.beside = absl::StrCat(staple.file, ".ocsp");
  }
  return paths;
}

absl::Status StapleFiles::Put(const KeptStaple& staple, absl::Time now) {
  const StapleFilePaths paths = PathsOf(staple);
  if (!paths.beside.empty()) CleanUp(staple.file);
  const bool revoked = staple.status == KeptStaple::Status::kRevoked;
  bool changed = false;
  absl::Status status;
  std::string& beside = beside_[staple.name];
  if (beside != paths.beside) {
    status = RemoveIfThere(beside, changed);
    beside = paths.beside;
  }
  if (!revoked && staple.ServableAt(now)) {
    status.Update(WriteAll(paths, staple.der, changed));
  } else if (revoked || !options_.keep_expired) {
    status.Update(RemoveAll(paths, changed));
  }
  if (changed && on_change_) on_change_(staple, paths);
  return status;
}

void StapleFiles::Remove(const KeptStaple& staple) {
  beside_.erase(staple.name);
  if (options_.keep_expired && staple.status != KeptStaple::Status::kRevoked) return;
  const StapleFilePaths paths = PathsOf(staple);
  bool changed = false;
  const absl::Status status = RemoveAll(paths, changed);
  if (!status.ok() && on_error_) on_error_(status);
  if (changed && on_change_) on_change_(staple, paths);
}

absl::Status StapleFiles::WriteAll(const StapleFilePaths& paths, absl::string_view der,
                                   bool& changed) {
  absl::Status status;
  if (!paths.der.empty()) status.Update(Write(paths.der, der, changed));
  if (!paths.pem.empty()) status.Update(Write(paths.pem, PemOf(der), changed));
  if (!paths.beside.empty()) status.Update(Write(paths.beside, der, changed));
  return status;
}

absl::Status StapleFiles::RemoveAll(const StapleFilePaths& paths, bool& changed) {
  absl::Status status;
  for (const std::string* path : {&paths.der, &paths.pem, &paths.beside}) {
    status.Update(RemoveIfThere(*path, changed));
  }
  return status;
}

// What an earlier process left beside certificates is found where they are. Whether the
// folder can be written to, Put tells.
void StapleFiles::CleanUp(const std::string& certificate_file) {
  const std::string folder = FolderOf(certificate_file);
  if (clean_folders_.insert(folder).second) RemoveOldTemporaries(folder).IgnoreError();
}

}  // namespace postern
