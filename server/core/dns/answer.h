// DNS questions and validated answers: what io/ gathers and core/ decides on.
#ifndef POSTERN_SERVER_CORE_DNS_ANSWER_H_
#define POSTERN_SERVER_CORE_DNS_ANSWER_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace postern {

// RrType is a resource record type, in its registry number.
enum class RrType : uint16_t {
  kA = 1,
  kNs = 2,
  kCname = 5,
  kSoa = 6,
  kMx = 15,
  kAaaa = 28,
  kDname = 39,
  kTlsa = 52,
};

// RrTypeName returns "A", "MX", ...
const char* RrTypeName(RrType type);

// DnsQuestion is a question of class IN.
struct DnsQuestion {
  std::string name;  // normal form, dns/name.h
  RrType type = RrType::kA;

  friend bool operator==(const DnsQuestion& a, const DnsQuestion& b) {
    return a.type == b.type && a.name == b.name;
  }
  template <typename H>
  friend H AbslHashValue(H h, const DnsQuestion& q) {
    return H::combine(std::move(h), q.name, q.type);
  }
};

// DnsState is what validation made of an answer (RFC 4035, section 4.3), and
// kFailed where there was no answer to validate. "Not found" is no state: it is
// a secure or insecure answer without records.
enum class DnsState {
  kSecure,
  kInsecure,
  kBogus,
  kIndeterminate,
  kFailed,
};

// DnsFailure says why an answer is kFailed.
enum class DnsFailure {
  kNone,
  kRcode,      // a response code other than NOERROR and NXDOMAIN
  kTimeout,    // no answer before the deadline
  kMalformed,  // bytes that are no DNS message, or no answer to the question
  kAliasLoop,  // a loop of aliases, or more of them than followed
  kOverload,   // not asked: the resolver has too many questions in flight
};

// Response codes by name (RFC 1035, section 4.1.1).
inline constexpr int kRcodeNoError = 0;
inline constexpr int kRcodeServFail = 2;
inline constexpr int kRcodeNxDomain = 3;

// RcodeName returns "NOERROR", "SERVFAIL", ...; "RCODE17" where it has no name.
std::string RcodeName(int rcode);

// MxRecord is RFC 1035, section 3.3.9.
struct MxRecord {
  uint16_t preference = 0;
  std::string exchange;  // normal form; "." for a null MX (RFC 7505)

  friend bool operator==(const MxRecord& a, const MxRecord& b) {
    return std::tie(a.preference, a.exchange) == std::tie(b.preference, b.exchange);
  }
};

// TlsaRecord is RFC 6698, section 2.1: one octet each of certificate usage,
// selector and matching type, then the certificate association data.
struct TlsaRecord {
  uint8_t usage = 0;
  uint8_t selector = 0;
  uint8_t matching_type = 0;
  std::string data;  // bytes

  friend bool operator==(const TlsaRecord& a, const TlsaRecord& b) {
    return std::tie(a.usage, a.selector, a.matching_type, a.data) ==
           std::tie(b.usage, b.selector, b.matching_type, b.data);
  }
};

// DnsAnswer is a validated answer. Records are those of the question's type at
// the end of the alias chain; all lists are empty unless state is kSecure or
// kInsecure.
struct DnsAnswer {
  DnsState state = DnsState::kFailed;
  DnsFailure failure = DnsFailure::kNone;
  int rcode = kRcodeNoError;
  // The name that the aliases lead to; the question's name if there are none.
  std::string canonical_name;
  // The owner of the DNAME record that the first alias comes from (RFC 6672); empty
  // if there is no alias, or the first one is a CNAME record that somebody wrote.
  std::string dname_owner;
  // How long the answer may be used: the least TTL of its RRsets, aliases
  // included; for a denial that of RFC 2308, section 5 (0 without a SOA record).
  absl::Duration ttl = absl::ZeroDuration();
  // The same as an instant: when it was received, and ttl.
  absl::Time expire_time = absl::InfinitePast();

  std::vector<std::string> addresses;  // A, AAAA: text, normal form
  std::vector<MxRecord> mx;            // in the order of the answer
  std::vector<TlsaRecord> tlsa;        // in the order of the answer
  bool has_alias = false;              // CNAME, DNAME: the record exists

  // For people: why bogus, or what failed.
  std::string detail;

  // Answered: there is an answer that may be used, be it "no such record".
  bool Answered() const { return state == DnsState::kSecure || state == DnsState::kInsecure; }
  bool Secure() const { return state == DnsState::kSecure; }
  // Bogus: bogus or indeterminate (RFC 7672, section 2.1.1).
  bool Bogus() const { return state == DnsState::kBogus || state == DnsState::kIndeterminate; }
  size_t RecordCount() const {
    return addresses.size() + mx.size() + tlsa.size() + (has_alias ? 1 : 0);
  }
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DNS_ANSWER_H_
