#include "client/posternctl/input_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern::posternctl {
namespace {

absl::Status Unusable(absl::string_view option, const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(option, ": ", path, " ", why));
}

}  // namespace

absl::StatusOr<std::string> ReadInputFileUpTo(absl::string_view option, const std::string& path,
                                              size_t max) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  bytes.resize(max);
  // A folder opens, and fails here.
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && !file.eof()) {
    return Unusable(option, path,
                    absl::StrCat("cannot be read: ", std::strerror(errno == 0 ? EIO : errno)));
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.empty()) return Unusable(option, path, "is empty");
  return bytes;
}

absl::StatusOr<std::string> ReadInputFile(absl::string_view option, const std::string& path,
                                          size_t max) {
  absl::StatusOr<std::string> bytes = ReadInputFileUpTo(option, path, max + 1);
  if (bytes.ok() && bytes->size() > max) {
    return Unusable(option, path, absl::StrCat("is larger than ", max, " bytes"));
  }
  return bytes;
}

absl::StatusOr<std::vector<Certificate>> ReadCertificates(absl::string_view option,
                                                          const std::string& path) {
  absl::StatusOr<std::string> pem = ReadInputFile(option, path);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<std::vector<Certificate>> certificates = ParseCertificates(*pem);
  if (!certificates.ok()) return Unusable(option, path, certificates.status().message());
  return certificates;
}

}  // namespace postern::posternctl
