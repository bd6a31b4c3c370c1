#include "server/core/dns/message.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/dns/message_ttl.h"
#include "server/core/dns/name.h"
#include "server/core/dns/wire_name.h"
#include "server/core/dns/wire_record.h"

namespace postern {
namespace {

// The header (RFC 1035, section 4.1.1): ID, flags, then the number of questions,
// and of answer, authority and additional records, two octets each.
constexpr size_t kHeaderOctets = 12;
constexpr uint8_t kFlagResponse = 0x80;   // of octet 2
constexpr uint8_t kFlagTruncated = 0x02;  // of octet 2
constexpr uint8_t kRcodeMask = 0x0F;      // of octet 3
constexpr uint16_t kClassIn = 1;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("malformed answer: ", what));
}

absl::Status ReadQuestion(absl::Span<const uint8_t> packet, const DnsQuestion& question,
                          size_t* offset) {
  std::string name;
  if (!ReadWireName(packet, offset, &name) || packet.size() - *offset < 4) {
    return Malformed("the question cannot be read");
  }
  const int type = packet[*offset] << 8 | packet[*offset + 1];
  const int rr_class = packet[*offset + 2] << 8 | packet[*offset + 3];
  *offset += 4;
  if (name != question.name || type != static_cast<int>(question.type) || rr_class != kClassIn) {
    return Malformed("it answers another question");
  }
  return absl::OkStatus();
}

// Alias returns the CNAME record at a name, nullptr if there is none. Fails where
// two of them differ (RFC 2181, section 10.1).
absl::StatusOr<const WireRecord*> Alias(const std::vector<WireRecord>& records,
                                        absl::string_view name) {
  const WireRecord* found = nullptr;
  for (const WireRecord& record : records) {
    if (record.type != RrType::kCname || record.owner != name) continue;
    if (found != nullptr && found->name != record.name) {
      return Malformed(absl::StrCat("two CNAME records at ", name));
    }
    found = &record;
  }
  return found;
}

// Dname returns the DNAME record that the CNAME at a name is made from, nullptr if
// none is.
const WireRecord* Dname(const std::vector<WireRecord>& records, absl::string_view name) {
  for (const WireRecord& record : records) {
    if (record.type == RrType::kDname && IsBelow(name, record.owner)) return &record;
  }
  return nullptr;
}

// FollowAliases sets the answer's canonical name, lowers *ttl, and tells whether
// the chain came to an end.
absl::StatusOr<bool> FollowAliases(const WireSection& section, absl::Time now, DnsAnswer* answer,
                                   uint32_t* ttl) {
  for (int followed = 0; followed <= kMaxAliases; ++followed) {
    const absl::StatusOr<const WireRecord*> alias = Alias(section.records, answer->canonical_name);
    if (!alias.ok()) return alias.status();
    if (*alias == nullptr) return true;
    const WireRecord* const dname = Dname(section.records, answer->canonical_name);
    if (followed == 0 && dname != nullptr) answer->dname_owner = dname->owner;
    *ttl = std::min(*ttl, (*alias)->ttl);
    if (answer->Secure()) {
      *ttl = std::min(
          *ttl,
          dname != nullptr
              ? SignatureTtl(section.signatures, dname->owner, RrType::kDname, now)
              : SignatureTtl(section.signatures, answer->canonical_name, RrType::kCname, now));
    }
    answer->canonical_name = (*alias)->name;
  }
  return false;
}

void AddRecord(const WireRecord& record, DnsAnswer* answer) {
  switch (record.type) {
    case RrType::kA:
    case RrType::kAaaa:
      answer->addresses.push_back(record.address);
      return;
    case RrType::kMx:
      answer->mx.push_back({record.preference, record.name});
      return;
    case RrType::kTlsa:
      answer->tlsa.push_back(record.tlsa);
      return;
    case RrType::kCname:
    case RrType::kDname:
      answer->has_alias = true;
      return;
    case RrType::kNs:
    case RrType::kSoa:
      return;
  }
}

DnsAnswer Failed(DnsAnswer answer, DnsFailure failure, std::string detail) {
  answer.state = DnsState::kFailed;
  answer.failure = failure;
  answer.detail = std::move(detail);
  return answer;
}

}  // namespace

absl::StatusOr<DnsAnswer> ParseAnswer(absl::Span<const uint8_t> packet, const DnsQuestion& question,
                                      DnsState state, absl::Time now) {
  if (packet.size() < kHeaderOctets) return Malformed("shorter than a header");
  if ((packet[2] & kFlagResponse) == 0) return Malformed("a query, no response");
  if ((packet[2] & kFlagTruncated) != 0) return Malformed("truncated");
  const auto count = [packet](size_t at) { return packet[at] << 8 | packet[at + 1]; };
  if (count(4) != 1) return Malformed("not exactly one question");
  size_t offset = kHeaderOctets;
  if (absl::Status status = ReadQuestion(packet, question, &offset); !status.ok()) return status;

  DnsAnswer answer;
  answer.state = state;
  answer.rcode = packet[3] & kRcodeMask;
  answer.canonical_name = question.name;
  if (answer.rcode != kRcodeNoError && answer.rcode != kRcodeNxDomain) {
    const int rcode = answer.rcode;
    return Failed(std::move(answer), DnsFailure::kRcode, RcodeName(rcode));
  }
  const auto section = ReadSection(packet, &offset, count(6), "answer");
  if (!section.ok()) return Malformed(section.status().message());
  const auto authority = ReadSection(packet, &offset, count(8), "authority");
  if (!authority.ok()) return Malformed(authority.status().message());

  uint32_t ttl = kNoTtl;
  if (question.type != RrType::kCname && question.type != RrType::kDname) {
    const absl::StatusOr<bool> ended = FollowAliases(*section, now, &answer, &ttl);
    if (!ended.ok()) return ended.status();
    if (!*ended) {
      answer.canonical_name = question.name;
      return Failed(std::move(answer), DnsFailure::kAliasLoop,
                    absl::StrCat("a loop of aliases, or more than ", kMaxAliases));
    }
  }
  bool found = false;
  for (const WireRecord& record : section->records) {
    if (record.type != question.type || record.owner != answer.canonical_name) continue;
    found = true;
    ttl = std::min(ttl, record.ttl);
    AddRecord(record, &answer);
  }
  if (found && answer.rcode == kRcodeNxDomain) return Malformed("NXDOMAIN, but with records");
  uint32_t bound = kNoTtl;
  if (!found) {
    bound = DenialTtl(*authority, answer.canonical_name, answer.Secure(), now);
  } else if (answer.Secure()) {
    bound = SignatureTtl(section->signatures, answer.canonical_name, question.type, now);
  }
  answer.ttl = absl::Seconds(std::min(ttl, bound));
  answer.expire_time = now + answer.ttl;
  return answer;
}

}  // namespace postern
