#include "server/io/revocation/folder_staple_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/io/atomic_file.h"
#include "server/io/file.h"
#include "server/io/file_claim.h"
#include "server/io/unique_fd.h"

namespace postern {
namespace {

constexpr absl::string_view kStapleEnding = ".ocsp";
constexpr absl::string_view kLockEnding = ".lock";
constexpr size_t kDigestBytes = 32;

struct FileClaimOfStaple : StapleStore::Claim {
  std::unique_ptr<FileClaim> claim;
};

absl::Status CheckDigest(absl::string_view sha256) {
  if (sha256.size() == kDigestBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a certificate is named by 32 bytes of SHA-256, not by ", sha256.size()));
}

// OursWith tells whether it is a name that PathOf makes.
bool OursWith(absl::string_view name, absl::string_view ending) {
  if (!absl::ConsumeSuffix(&name, ending) || name.size() != 2 * kDigestBytes) return false;
  for (const char c : name) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c)) || absl::ascii_isupper(c)) {
      return false;
    }
  }
  return true;
}

// Without claims they would pile up, one for each certificate that a process died over.
void RemoveLock(const std::string& path) {
  // Whoever has the claim removes the file with it.
  [[maybe_unused]] const auto claim = FileClaim::Try(path);
}

absl::Status RemoveForgotten(const std::string& path, absl::Time now) {
  struct stat info;
  if (lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return absl::OkStatus();
  if (now - absl::FromUnixSeconds(info.st_mtime) < FolderStapleStore::kForgottenAfter) {
    return absl::OkStatus();
  }
  return RemoveFile(path);
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  const UniqueFolder entries(opendir(folder.c_str()));
  if (entries == nullptr) return names;
  while (const dirent* entry = readdir(entries.get())) names.emplace_back(entry->d_name);
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FolderStapleStore>> FolderStapleStore::Create(std::string folder,
                                                                             absl::Time now) {
  if (absl::Status status = CheckFolder(folder); !status.ok()) return status;
  if (absl::Status status = RemoveOldTemporaries(folder); !status.ok()) return status;
  for (const std::string& name : NamesIn(folder)) {
    const std::string path = absl::StrCat(folder, "/", name);
    if (OursWith(name, kLockEnding)) RemoveLock(path);
    if (!OursWith(name, kStapleEnding)) continue;
    if (absl::Status status = RemoveForgotten(path, now); !status.ok()) return status;
  }
  return std::unique_ptr<FolderStapleStore>(new FolderStapleStore(std::move(folder)));
}

std::string FolderStapleStore::PathOf(absl::string_view sha256, absl::string_view ending) const {
  return absl::StrCat(folder_, "/", absl::BytesToHexString(sha256), ending);
}

absl::StatusOr<std::optional<std::string>> FolderStapleStore::Load(absl::string_view sha256) {
  if (absl::Status status = CheckDigest(sha256); !status.ok()) return status;
  absl::StatusOr<std::string> bytes =
      ReadFile(PathOf(sha256, kStapleEnding), kMaxOcspResponseBytes);
  if (bytes.ok()) return std::optional<std::string>(*std::move(bytes));
  if (absl::IsNotFound(bytes.status())) return std::optional<std::string>();
  return bytes.status();
}

absl::Status FolderStapleStore::Save(absl::string_view sha256, absl::string_view der) {
  if (absl::Status status = CheckDigest(sha256); !status.ok()) return status;
  const std::string path = PathOf(sha256, kStapleEnding);
  if (der.size() > kMaxOcspResponseBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", der.size(), " bytes are more than a staple may have"));
  }
  return WriteFileAtomically(path, der, S_IRUSR | S_IWUSR);
}

absl::StatusOr<std::unique_ptr<StapleStore::Claim>> FolderStapleStore::TryClaim(
    absl::string_view sha256) {
  if (absl::Status status = CheckDigest(sha256); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<FileClaim>> claim = FileClaim::Try(PathOf(sha256, kLockEnding));
  if (!claim.ok()) return claim.status();
  if (*claim == nullptr) return std::unique_ptr<Claim>();
  auto held = std::make_unique<FileClaimOfStaple>();
  held->claim = *std::move(claim);
  return std::unique_ptr<Claim>(std::move(held));
}

}  // namespace postern
