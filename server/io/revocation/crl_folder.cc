#include "server/io/revocation/crl_folder.h"

#include <dirent.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/crl.h"
#include "server/io/atomic_file.h"
#include "server/io/file.h"
#include "server/io/unique_fd.h"

namespace postern {
namespace {

constexpr absl::string_view kSuffix = ".crl";
constexpr size_t kNameDigits = size_t{2} * SHA256_DIGEST_LENGTH;
constexpr mode_t kMode = 0640;

bool IsOurs(absl::string_view name) {
  return name.size() == kNameDigits + kSuffix.size() && absl::EndsWith(name, kSuffix) &&
         std::all_of(name.begin(), name.begin() + kNameDigits,
                     [](char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); });
}

}  // namespace

std::string CrlFolder::PathOf(const CrlKeyView& key) const {
  std::string text;
  for (const absl::string_view part : {key.url, key.issuer_key, key.issuer_name}) {
    absl::StrAppend(&text, part.size(), ":", part);
  }
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return absl::StrCat(path_, "/", absl::BytesToHexString(digest), kSuffix);
}

void CrlFolder::Load(size_t limit, const std::function<void(const CrlRecord& record)>& found,
                     const std::function<void(const std::string& problem)>& bad) const {
  if (path_.empty()) return;
  if (absl::Status status = CheckFolder(path_); !status.ok()) {
    bad(std::string(status.message()));
  }
  if (absl::Status status = RemoveOldTemporaries(path_); !status.ok()) {
    bad(std::string(status.message()));
  }
  const UniqueFolder folder(opendir(path_.c_str()));
  if (folder == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(folder.get())) {
    if (IsOurs(entry->d_name)) names.emplace_back(entry->d_name);
    if (names.size() > limit) {
      names.pop_back();
      bad(absl::StrCat(path_, ": has more than ", limit, " CRLs; the others are left out"));
      break;
    }
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(path_, "/", name);
    const absl::StatusOr<std::string> bytes = ReadFile(path, kMaxCrlBytes + kMaxCrlRecordBytes);
    if (!bytes.ok()) {
      bad(std::string(bytes.status().message()));
      continue;
    }
    const absl::StatusOr<CrlRecord> record = ReadCrlRecord(*bytes);
    if (record.ok()) {
      found(*record);
    } else {
      bad(absl::StrCat(path, ": ", record.status().message()));
    }
  }
}

absl::Status CrlFolder::Save(const CrlKeyView& key, const CrlRecord& record) const {
  if (path_.empty()) return absl::OkStatus();
  return WriteFileAtomically(PathOf(key), WriteCrlRecord(record), kMode);
}

absl::Status CrlFolder::Remove(const CrlKeyView& key) const {
  if (path_.empty()) return absl::OkStatus();
  return RemoveFile(PathOf(key));
}

}  // namespace postern
