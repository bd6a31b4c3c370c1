// The little of the DNS wire format (RFC 1035, section 4) that the misbehaving
// name server reads and writes. For tests only. Functions are pure.
#ifndef POSTERN_TESTS_LAB_DNS_WIRE_H_
#define POSTERN_TESTS_LAB_DNS_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern {

inline constexpr size_t kDnsHeaderSize = 12;

// Response codes (RFC 1035, section 4.1.1).
inline constexpr int kNoError = 0;
inline constexpr int kFormErr = 1;
inline constexpr int kServFail = 2;
inline constexpr int kNxDomain = 3;
inline constexpr int kNotImp = 4;
inline constexpr int kRefused = 5;

// DnsQuery is what matters of a query message.
struct DnsQuery {
  uint16_t id = 0;
  std::string name;  // lower case, no final dot, "." for the root
  uint16_t type = 0;
  size_t question_end = 0;  // offset of the first octet after the question
};

// ParseQuery reads a message with one question of class IN, and whose name holds
// no octet that the rules could not be written with; nothing for others.
std::optional<DnsQuery> ParseQuery(std::string_view message);

// ReadId and WriteId get and set the id of a message of at least two octets.
uint16_t ReadId(std::string_view message);
void WriteId(std::string& message, uint16_t id);

// AppendU16 and AppendU32 append in network order.
void AppendU16(std::string& out, uint16_t value);
void AppendU32(std::string& out, uint32_t value);

// Reply starts an authoritative answer to a query: header and question, no records.
std::string Reply(std::string_view query, size_t question_end, int rcode);

// SetTruncated and SetAuthenticData set the TC and AD bits of a message.
void SetTruncated(std::string& message);
void SetAuthenticData(std::string& message);

// WithoutDnssec is the query as an upstream without DNSSEC would ask it: with no
// OPT record (RFC 6891), and with neither AD nor CD.
std::string WithoutDnssec(std::string_view query, size_t question_end);

// TypeNumber reads "MX", "TLSA", "TYPE65", ...; nothing for what it does not know.
std::optional<uint16_t> TypeNumber(std::string_view text);

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_DNS_WIRE_H_
