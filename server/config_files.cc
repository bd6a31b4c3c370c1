#include "server/config_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/config_anchor.h"
#include "server/config_errors.h"
#include "server/io/unbound_context.h"

namespace postern {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;

// What is wrong with a file, and its text.
std::string ReadFile(const std::string& path, std::string& text) {
  // Without O_NONBLOCK a pipe would wait for who writes to it.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::StrCat("cannot be opened: ", std::strerror(errno));
  struct stat info;
  std::string wrong;
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    wrong = "is no regular file";
  } else if (static_cast<size_t>(info.st_size) > kMaxFileBytes) {
    wrong = absl::StrCat("has ", info.st_size, " bytes; allowed: at most ", kMaxFileBytes);
  } else {
    text.resize(static_cast<size_t>(info.st_size));
    const ssize_t length = read(fd, text.data(), text.size());
    if (length < 0) wrong = absl::StrCat("cannot be read: ", std::strerror(errno));
    text.resize(length < 0 ? 0 : static_cast<size_t>(length));
  }
  close(fd);
  return wrong;
}

using TextCheck = std::string (*)(absl::string_view text);
using FileCheck = absl::Status (*)(const std::string& path);

// First what we can say, then what libunbound says.
std::string CheckFile(const std::string& path, TextCheck check_text, FileCheck check_file) {
  std::string text;
  std::string wrong = ReadFile(path, text);
  if (wrong.empty()) wrong = check_text(text);
  if (wrong.empty()) wrong = std::string(check_file(path).message());
  return wrong.empty() ? "" : absl::StrCat(QuoteForError(path), " ", wrong);
}

}  // namespace

ConfigChecks SystemConfigChecks() {
  ConfigChecks checks;
  checks.trust_anchor = [](const std::string& record) {
    const absl::Status status = TryTrustAnchor(record);
    return status.ok() ? "" : absl::StrCat(QuoteForError(record), " ", status.message());
  };
  checks.trust_anchor_file = [](const std::string& path) {
    return CheckFile(path, CheckTrustAnchorFile, TryTrustAnchorFile);
  };
  checks.root_hints = [](const std::string& path) {
    return CheckFile(path, CheckRootHints, TryRootHintsFile);
  };
  return checks;
}

}  // namespace postern
