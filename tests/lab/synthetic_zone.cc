#include "tests/lab/synthetic_zone.h"

#include <cstdint>

namespace postern {
namespace {

constexpr uint16_t kTypeA = 1;
constexpr uint16_t kTypeSoa = 6;
constexpr uint16_t kTypeMx = 15;
constexpr uint16_t kTypeDs = 43;
constexpr uint32_t kTtl = 3600;
constexpr uint32_t kNegativeTtl = 300;

// Offsets of the counts of answer and authority records in the header.
constexpr size_t kAnswerCount = 7;
constexpr size_t kAuthorityCount = 9;

// A compression pointer (RFC 1035, section 4.1.4) to an offset of the message.
void AppendPointer(std::string& out, size_t offset) {
  AppendU16(out, static_cast<uint16_t>(0xc000 | offset));
}

void AppendRecord(std::string& out, size_t owner, uint16_t type, uint32_t ttl,
                  std::string_view rdata) {
  AppendPointer(out, owner);
  AppendU16(out, type);
  AppendU16(out, 1);
  AppendU32(out, ttl);
  AppendU16(out, static_cast<uint16_t>(rdata.size()));
  out += rdata;
}

// What a name below the zone is.
enum class Kind { kNone, kDomain, kHost1, kHost2 };

Kind KindOf(std::string_view labels) {
  Kind kind = Kind::kDomain;
  if (labels.substr(0, 3) == "mx.") {
    kind = Kind::kHost1;
    labels.remove_prefix(3);
  } else if (labels.substr(0, 4) == "mx2.") {
    kind = Kind::kHost2;
    labels.remove_prefix(4);
  }
  if (labels.size() < 2 || labels.size() > 11 || labels[0] != 'd') return Kind::kNone;
  for (char c : labels.substr(1)) {
    if (c < '0' || c > '9') return Kind::kNone;
  }
  return kind;
}

void AppendMx(std::string& out, uint16_t preference, std::string_view label) {
  std::string rdata;
  AppendU16(rdata, preference);
  rdata += static_cast<char>(label.size());
  rdata += label;
  AppendPointer(rdata, kDnsHeaderSize);
  AppendRecord(out, kDnsHeaderSize, kTypeMx, kTtl, rdata);
}

void AppendSoa(std::string& out, size_t zone) {
  std::string rdata;
  AppendPointer(rdata, zone);  // MNAME
  AppendPointer(rdata, zone);  // RNAME
  for (uint32_t value : {1u, 3600u, 600u, 86400u, kNegativeTtl}) AppendU32(rdata, value);
  AppendRecord(out, zone, kTypeSoa, kNegativeTtl, rdata);
}

}  // namespace

std::optional<std::string> SyntheticZone::Answer(std::string_view message,
                                                 const DnsQuery& query) const {
  std::string_view name = query.name;
  if (name.size() < zone_.size() || name.substr(name.size() - zone_.size()) != zone_) {
    return std::nullopt;
  }
  const size_t prefix = name.size() - zone_.size();  // "d1." of "d1.bench.test"
  if (prefix > 0 && name[prefix - 1] != '.') return std::nullopt;
  if (prefix == 0 && query.type == kTypeDs) return std::nullopt;
  const Kind kind = prefix == 0 ? Kind::kNone : KindOf(name.substr(0, prefix - 1));
  const bool exists = prefix == 0 || kind != Kind::kNone;

  std::string reply = Reply(message, query.question_end, exists ? kNoError : kNxDomain);
  if (kind == Kind::kDomain && query.type == kTypeMx) {
    AppendMx(reply, 10, "mx");
    AppendMx(reply, 20, "mx2");
    reply[kAnswerCount] = 2;
  } else if ((kind == Kind::kHost1 || kind == Kind::kHost2) && query.type == kTypeA) {
    const std::string address{'\xc0', '\0', '\x02', kind == Kind::kHost1 ? '\x01' : '\x02'};
    AppendRecord(reply, kDnsHeaderSize, kTypeA, kTtl, address);
    reply[kAnswerCount] = 1;
  } else {
    // Labels with their dots are as long as the labels on the wire with their lengths.
    AppendSoa(reply, kDnsHeaderSize + prefix);
    reply[kAuthorityCount] = 1;
  }
  return reply;
}

}  // namespace postern
