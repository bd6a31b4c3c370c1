#include "server/config_files.h"

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/config_anchor.h"
#include "server/config_errors.h"
#include "server/core/x509/trust_anchors.h"
#include "server/io/dns/unbound_context.h"
#include "server/io/file.h"

namespace postern {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 20;

using TextCheck = std::string (*)(absl::string_view text);
using FileCheck = absl::Status (*)(const std::string& path);

// First what we can say, then what libunbound says.
std::string CheckFile(const std::string& path, TextCheck check_text, FileCheck check_file) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxFileBytes);
  if (!text.ok()) return std::string(text.status().message());
  std::string wrong = check_text(*text);
  if (wrong.empty()) wrong = std::string(check_file(path).message());
  return wrong.empty() ? "" : absl::StrCat(path, ": ", wrong);
}

std::string CheckPemFile(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path, kMaxPemFileBytes);
  if (!text.ok()) return std::string(text.status().message());
  const absl::Status status = TrustAnchors::FromPem(*text).status();
  return status.ok() ? "" : absl::StrCat(path, ": ", status.message());
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
  checks.pem_file = CheckPemFile;
  return checks;
}

}  // namespace postern
