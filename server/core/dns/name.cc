#include "server/core/dns/name.h"

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

bool IsHostByte(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; }

// Checks labels that are in lower case and separated by dots.
absl::Status CheckLabels(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("is empty; give a host or domain name");
  if (name.size() + 2 > kMaxNameOctets) {
    return absl::InvalidArgumentError(
        absl::StrCat("is longer than the ", kMaxNameOctets, " octets that a name can have"));
  }
  size_t label = 0;
  for (char c : name) {
    if (c == '.') {
      if (label == 0) return absl::InvalidArgumentError("has an empty label (two dots in a row?)");
      label = 0;
      continue;
    }
    if (!IsHostByte(c)) {
      return absl::InvalidArgumentError(
          "holds a character that no host name has; letters, digits, '-' and '_' are allowed");
    }
    if (++label > kMaxLabelOctets) {
      return absl::InvalidArgumentError(
          absl::StrCat("has a label longer than ", kMaxLabelOctets, " octets"));
    }
  }
  if (label == 0) return absl::InvalidArgumentError("ends with an empty label (two final dots?)");
  return absl::OkStatus();
}

// IDNA 2008 with TR46's mapping, not transitional: U-labels to A-labels.
absl::StatusOr<std::string> ToALabels(const std::string& text) {
  char* raw = nullptr;
  const int result = idn2_to_ascii_8z(text.c_str(), &raw, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<char, void (*)(void*)> ascii(raw, idn2_free);
  if (result != IDN2_OK) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no internationalised name: ", idn2_strerror(result)));
  }
  return std::string(ascii.get());
}

}  // namespace

absl::StatusOr<std::string> ParseHostName(absl::string_view text) {
  if (text.size() > kMaxInputBytes) {
    return absl::InvalidArgumentError(absl::StrCat("is longer than ", kMaxInputBytes, " bytes"));
  }
  // What converts U-labels would stop there, and take the rest for nothing.
  if (absl::StrContains(text, '\0')) return absl::InvalidArgumentError("holds a NUL byte");
  std::string name(text);
  if (!std::all_of(name.begin(), name.end(), absl::ascii_isascii)) {
    absl::StatusOr<std::string> ascii = ToALabels(name);
    if (!ascii.ok()) return ascii.status();
    name = *std::move(ascii);
  }
  if (absl::EndsWith(name, ".")) name.pop_back();
  absl::AsciiStrToLower(&name);
  if (absl::Status status = CheckLabels(name); !status.ok()) return status;
  if (IsIpAddress(name)) {
    return absl::InvalidArgumentError("is an address; write an address literal as [192.0.2.1]");
  }
  return name;
}

bool IsHostName(absl::string_view name) { return CheckLabels(name).ok(); }

bool IsIpAddress(absl::string_view text) {
  if (text.empty() || text.size() > INET6_ADDRSTRLEN) return false;
  // Each IPv4 address ends with a digit, each IPv6 address has a colon; names seldom do.
  if (!absl::ascii_isdigit(text.back()) && !absl::StrContains(text, ':')) return false;
  char copy[INET6_ADDRSTRLEN + 1] = {};
  text.copy(copy, text.size());
  unsigned char address[16];
  return inet_pton(AF_INET, copy, address) == 1 || inet_pton(AF_INET6, copy, address) == 1;
}

absl::StatusOr<std::string> ParseAddressLiteral(absl::string_view text) {
  if (text.size() >= 2 && text.size() <= 64 && text.front() == '[' && text.back() == ']') {
    std::string inside(text.substr(1, text.size() - 2));
    int family = AF_INET;
    if (absl::StartsWithIgnoreCase(inside, "ipv6:")) {
      family = AF_INET6;
      inside.erase(0, 5);
    }
    unsigned char address[16];
    char normal[INET6_ADDRSTRLEN];
    if (inet_pton(family, inside.c_str(), address) == 1 &&
        inet_ntop(family, address, normal, sizeof normal) != nullptr) {
      return std::string(normal);
    }
  }
  return absl::InvalidArgumentError(
      "is no address literal; write [192.0.2.1] or [IPv6:2001:db8::1]");
}

std::string TlsaName(absl::string_view base, uint16_t port) {
  std::string name = absl::StrCat("_", port, "._tcp.", base);
  return WireLength(name) <= kMaxNameOctets ? name : std::string();
}

// A dot within a label would be escaped, so that the strings can be compared.
bool IsBelow(absl::string_view name, absl::string_view ancestor) {
  if (ancestor == ".") return name != ".";
  return name.size() > ancestor.size() && absl::EndsWith(name, ancestor) &&
         name[name.size() - ancestor.size() - 1] == '.';
}

size_t WireLength(absl::string_view name) {
  if (name == ".") return 1;
  size_t octets = 2;  // the first length octet, and the root's
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') i += 3;  // \DDD is one octet
    ++octets;                     // a dot stands for the next length octet
  }
  return octets;
}

}  // namespace postern
