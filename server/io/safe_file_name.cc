#include "server/io/safe_file_name.h"

#include <openssl/sha.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

constexpr absl::string_view kHash = "%-";

bool IsSafe(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("-_+=@,.", absl::string_view(&c, 1));
}

std::string Escape(char c) {
  const std::string hex = absl::BytesToHexString(absl::string_view(&c, 1));
  return absl::StrCat("%", absl::AsciiStrToUpper(hex));
}

std::string HexSha256(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

}  // namespace

std::string SafeFileName(absl::string_view name) {
  if (name.empty()) return "%";
  std::string safe;
  for (size_t i = 0; i < name.size(); ++i) {
    // A leading dot hides a file, or makes it "..".
    const bool keep = IsSafe(name[i]) && (i > 0 || name[i] != '.');
    safe += keep ? std::string(1, name[i]) : Escape(name[i]);
  }
  if (safe.size() <= kMaxSafeFileName) return safe;
  const std::string end = absl::StrCat(kHash, HexSha256(name));
  return absl::StrCat(safe.substr(0, kMaxSafeFileName - end.size()), end);
}

}  // namespace postern
