#include "tests/support/dns_records.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/core/dns/name.h"
#include "tests/support/certificates.h"

namespace postern {
namespace {

[[noreturn]] void Die(absl::string_view entry, absl::string_view what) {
  std::fprintf(stderr, "DnsRecords: %s: %s\n", std::string(entry).c_str(),
               std::string(what).c_str());
  std::abort();
}

void SetState(char state, DnsAnswer& answer) {
  const auto fail = [&answer](DnsFailure failure, int rcode) {
    answer.state = DnsState::kFailed;
    answer.failure = failure;
    answer.rcode = rcode;
    answer.detail = failure == DnsFailure::kRcode ? RcodeName(rcode) : "no answer";
  };
  switch (state) {
    case 'S':
      answer.state = DnsState::kSecure;
      return;
    case 'I':
      answer.state = DnsState::kInsecure;
      return;
    case 'B':
      answer.state = DnsState::kBogus;
      answer.detail = "signature expired";
      return;
    case 'N':
      answer.state = DnsState::kIndeterminate;
      return;
    case 'F':
      return fail(DnsFailure::kRcode, kRcodeServFail);
    case 'R':
      return fail(DnsFailure::kRcode, 5);
    case 'X':
      return fail(DnsFailure::kRcode, 4);
    case 'T':
      return fail(DnsFailure::kTimeout, kRcodeServFail);
    case 'M':
      return fail(DnsFailure::kMalformed, 1);
    case 'O':
      return fail(DnsFailure::kOverload, kRcodeServFail);
    default:
      Die(std::string(1, state), "no such state");
  }
}

TlsaRecord ParseTlsa(absl::string_view text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ', absl::SkipEmpty());
  int numbers[3] = {};
  if (words.size() < 3) Die(text, "TLSA data is U S M [short|HEX]");
  for (int i = 0; i < 3; ++i) {
    if (!absl::SimpleAtoi(words[i], &numbers[i])) Die(text, "no number");
  }
  TlsaRecord record;
  record.usage = static_cast<uint8_t>(numbers[0]);
  record.selector = static_cast<uint8_t>(numbers[1]);
  record.matching_type = static_cast<uint8_t>(numbers[2]);
  const std::string fill(1, static_cast<char>(16 * numbers[0] + numbers[1]));
  switch (record.matching_type) {
    case 0:
      record.data = record.selector == 0 ? SelfSignedCertificateDer() : PublicKeyDer();
      break;
    case 2:
      record.data = std::string(64, fill[0]);
      break;
    default:
      record.data = std::string(32, fill[0]);
  }
  if (words.size() == 4 && words[3] == "short") {
    record.data.pop_back();
  } else if (words.size() == 4) {
    record.data = absl::HexStringToBytes(words[3]);
  }
  return record;
}

// Takes "ttl=N" from the end of the data.
uint32_t TakeTtl(std::string& data) {
  const size_t at = data.rfind("ttl=");
  if (at == std::string::npos) return 3600;
  uint32_t ttl = 0;
  if (!absl::SimpleAtoi(data.substr(at + 4), &ttl)) Die(data, "bad ttl");
  data.erase(at);
  absl::StripTrailingAsciiWhitespace(&data);
  return ttl;
}

}  // namespace

DnsRecords::DnsRecords(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, absl::ByAnyChar(";\n"))) {
    const absl::string_view entry = absl::StripAsciiWhitespace(line);
    if (entry.empty()) continue;
    std::vector<std::string> parts = absl::StrSplit(entry, absl::MaxSplits(' ', 2));
    if (parts.size() < 2) Die(entry, "an entry is NAME TYPE[STATE] DATA");
    const size_t bracket = parts[1].find('[');
    if (bracket == std::string::npos || bracket + 2 >= parts[1].size()) Die(entry, "no [STATE]");
    const std::string type = parts[1].substr(0, bracket);
    std::string data = parts.size() == 3 ? parts[2] : "";
    DnsAnswer answer;
    answer.canonical_name = parts[0];
    answer.ttl = absl::Seconds(TakeTtl(data));
    SetState(parts[1][bracket + 1], answer);
    if (!answer.Answered() && answer.failure != DnsFailure::kNone)
      answer.ttl = absl::ZeroDuration();
    if (type == "NXDOMAIN") {
      answer.rcode = kRcodeNxDomain;
      no_such_name_[parts[0]] = answer;
      continue;
    }
    DnsQuestion question{parts[0], RrType::kA};
    const bool has_data = answer.Answered() && !data.empty() && data != "none";
    const std::vector<std::string> items =
        has_data ? std::vector<std::string>(absl::StrSplit(data, ',')) : std::vector<std::string>();
    if (type == "CNAME" || type == "DNAME") {
      question.type = type == "CNAME" ? RrType::kCname : RrType::kDname;
      answer.has_alias = has_data;
      if (has_data) aliases_[parts[0]] = data;
    } else if (type == "MX") {
      question.type = RrType::kMx;
      for (absl::string_view item : items) {
        std::vector<std::string> words = absl::StrSplit(item, ' ', absl::SkipEmpty());
        MxRecord record;
        int preference = 0;
        if (words.size() != 2 || !absl::SimpleAtoi(words[0], &preference)) Die(entry, "bad MX");
        record.preference = static_cast<uint16_t>(preference);
        record.exchange = words[1];
        answer.mx.push_back(record);
      }
    } else if (type == "TLSA") {
      question.type = RrType::kTlsa;
      for (absl::string_view item : items) answer.tlsa.push_back(ParseTlsa(item));
    } else if (type == "A" || type == "AAAA") {
      question.type = type == "A" ? RrType::kA : RrType::kAaaa;
      for (absl::string_view item : items) {
        answer.addresses.emplace_back(absl::StripAsciiWhitespace(item));
      }
    } else if (type == "NS") {
      question.type = RrType::kNs;
    } else {
      Die(entry, "no such type");
    }
    entries_[question] = std::move(answer);
  }
}

std::optional<DnsRecords::Alias> DnsRecords::FindAlias(const std::string& name) const {
  if (entries_.contains({name, RrType::kCname}) && aliases_.contains(name)) {
    return Alias{{name, RrType::kCname}, aliases_.at(name)};
  }
  for (const auto& [owner, target] : aliases_) {
    if (!IsBelow(name, owner) || !entries_.contains({owner, RrType::kDname})) continue;
    return Alias{{owner, RrType::kDname},
                 absl::StrCat(name.substr(0, name.size() - owner.size()), target)};
  }
  return std::nullopt;
}

DnsAnswer DnsRecords::Answer(const DnsQuestion& question, absl::Time now) const {
  DnsAnswer answer;
  absl::Duration ttl = absl::InfiniteDuration();
  bool insecure = false;
  std::string dname_owner;
  DnsQuestion at = question;
  for (int links = 0;; ++links) {
    if (links > 11) {
      answer = DnsAnswer();
      answer.failure = DnsFailure::kAliasLoop;
      answer.rcode = kRcodeServFail;
      break;
    }
    if (const auto it = entries_.find(at); it != entries_.end()) {
      answer = it->second;
      break;
    }
    if (const auto it = no_such_name_.find(at.name); it != no_such_name_.end()) {
      answer = it->second;
      break;
    }
    const std::optional<Alias> alias = FindAlias(at.name);
    if (!alias || at.type == RrType::kCname || at.type == RrType::kDname) {
      answer.state = DnsState::kSecure;
      answer.ttl = absl::Seconds(3600);
      answer.canonical_name = at.name;
      break;
    }
    const DnsAnswer& link = entries_.at(alias->record);
    if (links == 0 && alias->record.type == RrType::kDname) dname_owner = alias->record.name;
    ttl = std::min(ttl, link.ttl);
    insecure = insecure || link.state == DnsState::kInsecure;
    at.name = alias->target;
  }
  // RFC 7672, section 2.1.3: one insecure link makes all insecure.
  if (insecure && answer.state == DnsState::kSecure) answer.state = DnsState::kInsecure;
  answer.dname_owner = dname_owner;
  answer.ttl = std::min(ttl, answer.ttl);
  answer.expire_time = now + answer.ttl;
  return answer;
}

}  // namespace postern
