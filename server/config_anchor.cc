#include "server/config_anchor.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "server/config_errors.h"
#include "server/core/dns/name.h"

namespace postern {
namespace {

using Words = std::vector<absl::string_view>;

Words Split(absl::string_view record) {
  return absl::StrSplit(record.substr(0, record.find(';')), absl::ByAnyChar(" \t\r"),
                        absl::SkipEmpty());
}

bool IsNumber(absl::string_view word, uint64_t max) {
  uint64_t value = 0;
  return !word.empty() && std::all_of(word.begin(), word.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(word, &value) && value <= max;
}

bool IsOwner(absl::string_view word) { return word == "." || ParseHostName(word).ok(); }

// The octets of a digest, by its DS digest type; 0: not known here.
size_t DigestLength(absl::string_view type) {
  if (type == "1") return 20;
  if (type == "2") return 32;
  return type == "4" ? 48 : 0;
}

std::string CheckDs(absl::Span<const absl::string_view> data) {
  if (data.size() < 4 || !IsNumber(data[0], 65535) || !IsNumber(data[1], 255) ||
      !IsNumber(data[2], 255)) {
    return "a DS record is KEY-TAG ALGORITHM DIGEST-TYPE DIGEST, the first three numbers";
  }
  const std::string digest = absl::StrJoin(data.subspan(3), "");
  if (digest.size() % 2 != 0 || !std::all_of(digest.begin(), digest.end(), absl::ascii_isxdigit)) {
    return "the digest of a DS record is pairs of hexadecimal digits";
  }
  const size_t length = DigestLength(data[2]);
  if (length == 0 || digest.size() == 2 * length) return "";
  return absl::StrCat("a digest of type ", data[2], " has ", 2 * length,
                      " hexadecimal digits, not ", digest.size());
}

std::string CheckDnskey(absl::Span<const absl::string_view> data) {
  if (data.size() < 4 || !IsNumber(data[0], 65535) || data[1] != "3" || !IsNumber(data[2], 255)) {
    return "a DNSKEY record is FLAGS 3 ALGORITHM KEY, the first three numbers";
  }
  std::string key;
  if (!absl::Base64Unescape(absl::StrJoin(data.subspan(3), ""), &key) || key.empty()) {
    return "the key of a DNSKEY record is base64";
  }
  return "";
}

std::string CheckWords(const Words& words) {
  size_t next = 1;
  // TTL and class, in either order.
  if (next < words.size() && IsNumber(words[next], UINT32_MAX)) ++next;
  if (next < words.size() && absl::EqualsIgnoreCase(words[next], "IN")) ++next;
  if (next < words.size() && IsNumber(words[next], UINT32_MAX)) ++next;
  const absl::string_view type = next < words.size() ? words[next] : "";
  const auto data = absl::MakeConstSpan(words).subspan(std::min(next + 1, words.size()));
  const bool ds = absl::EqualsIgnoreCase(type, "DS");
  if (!ds && !absl::EqualsIgnoreCase(type, "DNSKEY")) return "it holds no DS or DNSKEY";
  if (!IsOwner(words[0])) return absl::StrCat(QuoteForError(words[0]), " is no name");
  return ds ? CheckDs(data) : CheckDnskey(data);
}

}  // namespace

std::string CheckTrustAnchor(absl::string_view record) {
  const Words words = Split(record);
  const std::string wrong = words.empty() ? "it is empty" : CheckWords(words);
  if (wrong.empty()) return "";
  return absl::StrCat(QuoteForError(record), " is no trust anchor: ", wrong,
                      "; allowed: a DS or DNSKEY record as in a zone file, such as "
                      "\"example. IN DS 12345 13 2 0123...\"");
}

std::string CheckTrustAnchorFile(absl::string_view text) {
  // With these a record is not a line.
  const bool plain = !absl::StrContains(text, "(") && !absl::StartsWith(text, "$") &&
                     !absl::StrContains(text, "\n$");
  bool any = false;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const Words words = Split(line);
    if (words.empty()) continue;
    any = true;
    if (!plain || absl::ascii_isspace(line.front())) continue;
    const std::string wrong = CheckTrustAnchor(line);
    if (!wrong.empty()) return absl::StrCat("in its line ", number, ", ", wrong);
  }
  return any ? "" : "holds no record; allowed: DS or DNSKEY records, one a line";
}

std::string CheckRootHints(absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const Words words = Split(line);
    if (words.size() < 3 || words[0] != ".") continue;
    if (absl::EqualsIgnoreCase(words[words.size() - 2], "NS")) return "";
  }
  return "names no server of the root; allowed: a root hints file, such as "
         "https://www.internic.net/domain/named.root";
}

}  // namespace postern
