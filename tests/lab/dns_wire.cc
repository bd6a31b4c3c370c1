#include "tests/lab/dns_wire.h"

#include <charconv>
#include <iterator>

namespace postern {
namespace {

constexpr size_t kFlags = 2;  // offset: QR Opcode AA TC RD | RA Z AD CD RCODE
constexpr size_t kCounts = 4;
constexpr uint16_t kClassIn = 1;

uint16_t ReadU16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) << 8 |
                               static_cast<uint8_t>(bytes[at + 1]));
}

void OrByte(std::string& message, size_t at, uint8_t bits) {
  if (at < message.size())
    message[at] = static_cast<char>(static_cast<uint8_t>(message[at]) | bits);
}

// Appends a label in lower case; false for octets that no rule can name.
bool AppendLabel(std::string& name, std::string_view label) {
  for (char c : label) {
    if (c <= ' ' || c >= 0x7f || c == '.') return false;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return true;
}

}  // namespace

std::optional<DnsQuery> ParseQuery(std::string_view message) {
  if (message.size() < kDnsHeaderSize || ReadU16(message, kCounts) != 1) return std::nullopt;
  if ((static_cast<uint8_t>(message[kFlags]) & 0xf8) != 0) return std::nullopt;  // QR, Opcode
  DnsQuery query;
  query.id = ReadU16(message, 0);
  size_t at = kDnsHeaderSize;
  while (true) {
    if (at >= message.size()) return std::nullopt;
    const size_t length = static_cast<uint8_t>(message[at++]);
    if (length == 0) break;
    if (length > 63 || at + length > message.size() || at > 255) return std::nullopt;
    if (!query.name.empty()) query.name += '.';
    if (!AppendLabel(query.name, message.substr(at, length))) return std::nullopt;
    at += length;
  }
  if (query.name.empty()) query.name = ".";
  if (at + 4 > message.size() || ReadU16(message, at + 2) != kClassIn) return std::nullopt;
  query.type = ReadU16(message, at);
  query.question_end = at + 4;
  return query;
}

uint16_t ReadId(std::string_view message) { return ReadU16(message, 0); }

void WriteId(std::string& message, uint16_t id) {
  message[0] = static_cast<char>(id >> 8);
  message[1] = static_cast<char>(id & 0xff);
}

void AppendU16(std::string& out, uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xff);
}

void AppendU32(std::string& out, uint32_t value) {
  AppendU16(out, static_cast<uint16_t>(value >> 16));
  AppendU16(out, static_cast<uint16_t>(value & 0xffff));
}

std::string Reply(std::string_view query, size_t question_end, int rcode) {
  std::string reply(query.substr(0, question_end));
  const uint8_t recursion_desired = static_cast<uint8_t>(query[kFlags]) & 0x01;
  reply[kFlags] = static_cast<char>(0x84 | recursion_desired);  // QR, AA
  reply[kFlags + 1] = static_cast<char>(rcode);
  reply.replace(kCounts, 8, std::string("\0\1\0\0\0\0\0\0", 8));
  return reply;
}

void SetTruncated(std::string& message) { OrByte(message, kFlags, 0x02); }

void SetAuthenticData(std::string& message) { OrByte(message, kFlags + 1, 0x20); }

std::string WithoutDnssec(std::string_view query, size_t question_end) {
  std::string plain(query.substr(0, question_end));
  plain[kFlags + 1] = 0;
  plain.replace(kCounts, 8, std::string("\0\1\0\0\0\0\0\0", 8));
  return plain;
}

std::optional<uint16_t> TypeNumber(std::string_view text) {
  static constexpr struct {
    std::string_view name;
    uint16_t number;
  } kTypes[] = {{"A", 1},     {"NS", 2},     {"CNAME", 5},  {"SOA", 6},    {"MX", 15},
                {"TXT", 16},  {"AAAA", 28},  {"SRV", 33},   {"DNAME", 39}, {"DS", 43},
                {"TLSA", 52}, {"NSEC3", 50}, {"DNSKEY", 48}};
  for (const auto& type : kTypes) {
    if (type.name == text) return type.number;
  }
  constexpr std::string_view kPrefix = "TYPE";
  if (text.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  uint16_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + kPrefix.size(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace postern
