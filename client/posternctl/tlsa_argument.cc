#include "client/posternctl/tlsa_argument.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace postern::posternctl {
namespace {

// RDATA is at most 65,535 bytes.
constexpr size_t kMaxData = 65532;
// How much of a bad part is shown.
constexpr size_t kShown = 40;

absl::Status Bad(absl::string_view part, absl::string_view text, absl::string_view why) {
  const char* more = text.size() > kShown ? "..." : "";
  return absl::InvalidArgumentError(
      absl::StrCat(part, ": '", text.substr(0, kShown), more, "' ", why));
}

bool IsDigits(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty() && text.size() <= 3;
}

}  // namespace

absl::StatusOr<v1::TlsaRecord> ParseTlsa(absl::string_view text) {
  static constexpr const char* kParts[] = {"certificate usage", "selector", "matching type"};
  const std::vector<absl::string_view> words =
      absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  uint32_t numbers[3];
  for (size_t i = 0; i < 3; ++i) {
    const absl::string_view word = i < words.size() ? words[i] : "";
    if (!IsDigits(word) || !absl::SimpleAtoi(word, &numbers[i]) || numbers[i] > 255) {
      return Bad(kParts[i], word, "is no number from 0 to 255: write \"U S M HEX\"");
    }
  }
  std::string hex;
  for (size_t i = 3; i < words.size(); ++i) absl::StrAppend(&hex, words[i]);
  constexpr char kData[] = "certificate association data";
  if (hex.empty()) return Bad(kData, hex, "is empty: write \"U S M HEX\"");
  for (size_t i = 0; i < hex.size(); ++i) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(hex[i]))) {
      return Bad(kData, absl::string_view(hex).substr(i),
                 "does not begin with a hexadecimal digit");
    }
  }
  if (hex.size() % 2 != 0) return Bad(kData, hex, "has an odd number of hexadecimal digits");
  if (hex.size() / 2 > kMaxData) {
    return Bad(kData, hex, absl::StrCat("is longer than ", kMaxData, " bytes"));
  }
  v1::TlsaRecord record;
  record.set_certificate_usage(numbers[0]);
  record.set_selector(numbers[1]);
  record.set_matching_type(numbers[2]);
  record.set_certificate_association_data(absl::HexStringToBytes(hex));
  return record;
}

std::string RecordData(const v1::TlsaRecord& record) {
  return absl::StrCat(record.certificate_usage(), " ", record.selector(), " ",
                      record.matching_type(), " ",
                      absl::BytesToHexString(record.certificate_association_data()));
}

std::string TlsaOwner(absl::string_view host, uint32_t port) {
  return absl::StrCat("_", port, "._tcp.", absl::StripSuffix(host, "."));
}

std::string ZoneText(absl::string_view host, uint32_t port, const v1::TlsaRecord& record) {
  return absl::StrCat(TlsaOwner(host, port), ". IN TLSA ", RecordData(record));
}

absl::Status CheckHostName(absl::string_view name) {
  const absl::string_view labels = absl::StripSuffix(name, ".");
  if (labels.size() > 240) return Bad("name", name, "is too long");
  for (const absl::string_view label : absl::StrSplit(labels, '.')) {
    if (label.empty()) return Bad("name", name, "has an empty label");
    if (label.size() > 63) return Bad("name", name, "has a label of more than 63 bytes");
    for (const char c : label) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
        return Bad("name", name,
                   "is no host name: write its A-labels, of letters, digits and hyphens");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace postern::posternctl
