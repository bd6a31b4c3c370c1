#include "server/core/dns/wire_record.h"

#include <arpa/inet.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/core/dns/wire_name.h"

namespace postern {
namespace {

using Bytes = absl::Span<const uint8_t>;

constexpr uint16_t kClassIn = 1;
constexpr uint16_t kRrsig = 46;
// type, class, TTL, length of the data: what stands between owner and data.
constexpr size_t kFixedOctets = 10;

uint16_t Read16(Bytes bytes, size_t at) { return uint16_t(bytes[at] << 8 | bytes[at + 1]); }
uint32_t Read32(Bytes bytes, size_t at) {
  return uint32_t{Read16(bytes, at)} << 16 | Read16(bytes, at + 2);
}

std::string AddressText(int family, const uint8_t* octets) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family, octets, text, sizeof text);
  return text;
}

// Reads the record's data, the octets [begin, end) of the message. Returns what is
// wrong with it, nullptr if nothing is.
const char* ReadData(Bytes message, size_t begin, size_t end, WireRecord* record) {
  const size_t length = end - begin;
  // A name in the data may point anywhere before it, but must itself end with the data.
  const Bytes bounded = message.subspan(0, end);
  size_t at = begin;
  switch (record->type) {
    case RrType::kA:
      if (length != 4) return "an A record's data is not 4 octets long";
      record->address = AddressText(AF_INET, &message[begin]);
      return nullptr;
    case RrType::kAaaa:
      if (length != 16) return "an AAAA record's data is not 16 octets long";
      record->address = AddressText(AF_INET6, &message[begin]);
      return nullptr;
    case RrType::kCname:
    case RrType::kDname:
      if (!ReadWireName(bounded, &at, &record->name) || at != end) {
        return "a CNAME or DNAME record's data is not one name";
      }
      return nullptr;
    case RrType::kMx:
      if (length < 3) return "an MX record's data is shorter than 3 octets";
      record->preference = Read16(message, begin);
      at += 2;
      if (!ReadWireName(bounded, &at, &record->name) || at != end) {
        return "an MX record's exchange is not one name";
      }
      return nullptr;
    case RrType::kTlsa:
      if (length < 3) return "a TLSA record's data is shorter than 3 octets";
      record->tlsa.usage = message[begin];
      record->tlsa.selector = message[begin + 1];
      record->tlsa.matching_type = message[begin + 2];
      record->tlsa.data.assign(message.begin() + begin + 3, message.begin() + end);
      return nullptr;
    case RrType::kSoa: {
      // MNAME, RNAME, then SERIAL, REFRESH, RETRY, EXPIRE, MINIMUM of 4 octets each.
      std::string ignored;
      if (!ReadWireName(bounded, &at, &ignored) || !ReadWireName(bounded, &at, &ignored) ||
          end - at != 20) {
        return "a SOA record's data is not two names and 20 octets";
      }
      record->minimum = Read32(message, at + 16);
      return nullptr;
    }
    case RrType::kNs:
      return nullptr;
  }
  return nullptr;
}

// ReadSignature reads an RRSIG record's data: type covered (2 octets), algorithm,
// labels, original TTL (4), expiration (4), inception (4), key tag (2), then the
// signer's name and the signature. Returns what is wrong, nullptr if nothing is.
const char* ReadSignature(Bytes data, WireSignature* signature) {
  if (data.size() < 18) return "an RRSIG record's data is shorter than 18 octets";
  signature->covered = Read16(data, 0);
  signature->original_ttl = Read32(data, 4);
  signature->expiration = Read32(data, 8);
  return nullptr;
}

bool IsRead(uint16_t type) {
  switch (static_cast<RrType>(type)) {
    case RrType::kA:
    case RrType::kAaaa:
    case RrType::kCname:
    case RrType::kDname:
    case RrType::kMx:
    case RrType::kNs:
    case RrType::kSoa:
    case RrType::kTlsa:
      return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<WireSection> ReadSection(Bytes message, size_t* offset, int count,
                                        const char* name) {
  WireSection section;
  for (int i = 1; i <= count; ++i) {
    const auto malformed = [&](const char* what) {
      return absl::InvalidArgumentError(absl::StrCat(name, " record ", i, ": ", what));
    };
    std::string owner;
    if (!ReadWireName(message, offset, &owner)) return malformed("its owner is no name");
    if (message.size() - *offset < kFixedOctets) return malformed("the message ends within it");
    const uint16_t type = Read16(message, *offset);
    const uint16_t rr_class = Read16(message, *offset + 2);
    uint32_t ttl = Read32(message, *offset + 4);
    if ((ttl & 0x80000000u) != 0) ttl = 0;
    const size_t begin = *offset + kFixedOctets;
    const size_t length = Read16(message, *offset + 8);
    if (message.size() - begin < length) return malformed("its data goes on after the message");
    *offset = begin + length;
    if (rr_class != kClassIn) continue;
    if (type == kRrsig) {
      WireSignature& signature = section.signatures.emplace_back();
      signature.owner = std::move(owner);
      signature.ttl = ttl;
      const char* what = ReadSignature(message.subspan(begin, length), &signature);
      if (what != nullptr) return malformed(what);
    } else if (IsRead(type)) {
      WireRecord& record = section.records.emplace_back();
      record.owner = std::move(owner);
      record.type = static_cast<RrType>(type);
      record.ttl = ttl;
      if (const char* what = ReadData(message, begin, *offset, &record)) return malformed(what);
    }
  }
  return section;
}

}  // namespace postern
