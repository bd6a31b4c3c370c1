#include "server/io/revocation/certificate_paths.h"

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/io/unique_fd.h"

namespace postern {
namespace {

bool IsFolder(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool IsCertificateName(absl::string_view name) {
  return !absl::StartsWith(name, ".") &&
         (absl::EndsWith(name, ".pem") || absl::EndsWith(name, ".crt") ||
          absl::EndsWith(name, ".cer"));
}

absl::Status Unreadable(int error, const std::string& text) {
  return absl::UnavailableError(absl::ErrnoToStatus(error, text).message());
}

absl::StatusOr<CertificatePaths> ListFolder(const std::string& path) {
  const UniqueFolder folder(opendir(path.c_str()));
  if (folder == nullptr) return Unreadable(errno, absl::StrCat(path, ": cannot be opened"));
  CertificatePaths found;
  errno = 0;
  while (const dirent* const entry = readdir(folder.get())) {
    if (!IsCertificateName(entry->d_name)) continue;
    std::string file = absl::StrCat(path, absl::EndsWith(path, "/") ? "" : "/", entry->d_name);
    if (!IsFolder(file)) found.paths.push_back(std::move(file));
    errno = 0;
  }
  if (errno != 0) return Unreadable(errno, absl::StrCat(path, ": cannot be listed"));
  std::sort(found.paths.begin(), found.paths.end());
  return found;
}

absl::StatusOr<CertificatePaths> ExpandPattern(const std::string& path) {
  glob_t matches = {};
  const int error = glob(path.c_str(), GLOB_ERR, nullptr, &matches);
  CertificatePaths found;
  if (error == 0) {
    for (size_t i = 0; i < matches.gl_pathc; ++i) {
      if (!IsFolder(matches.gl_pathv[i])) found.paths.emplace_back(matches.gl_pathv[i]);
    }
  }
  globfree(&matches);
  if (error != 0 && error != GLOB_NOMATCH) {
    return absl::UnavailableError(absl::StrCat(path, ": a folder of it cannot be read"));
  }
  if (found.paths.empty()) return absl::NotFoundError(absl::StrCat(path, ": no file fits"));
  return found;
}

}  // namespace

absl::StatusOr<CertificatePaths> FindCertificatePaths(const std::string& path,
                                                      CertificateKind kind) {
  if (kind == CertificateKind::kFile) return CertificatePaths{true, {path}};
  if (kind == CertificateKind::kGlob) return ExpandPattern(path);
  if (kind == CertificateKind::kFolder || IsFolder(path)) return ListFolder(path);
  struct stat info;
  const bool is_pattern = path.find_first_of("*?[") != std::string::npos;
  if (is_pattern && stat(path.c_str(), &info) != 0) return ExpandPattern(path);
  return CertificatePaths{true, {path}};
}

}  // namespace postern
