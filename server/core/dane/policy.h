// The policy of a next hop: what the rules are, what a question is, and what
// the verdicts are (RFC 7672). How they follow from DNS answers: evaluate.h.
#ifndef POSTERN_SERVER_CORE_DANE_POLICY_H_
#define POSTERN_SERVER_CORE_DANE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"

namespace postern {

// DaneMode is how strictly DANE is applied, in ascending strictness.
enum class DaneMode { kOff, kOpportunistic, kMandatory };

// PolicyQuestion is what a worker asks.
struct PolicyQuestion {
  std::string next_hop;  // a normal-form name, or the text of an address
  bool is_address = false;
  bool is_relay = false;  // no MX lookup
  uint16_t port = 25;
  std::optional<DaneMode> mode;  // what the delivery demands

  friend bool operator==(const PolicyQuestion& a, const PolicyQuestion& b) {
    return std::tie(a.next_hop, a.is_address, a.is_relay, a.port, a.mode) ==
           std::tie(b.next_hop, b.is_address, b.is_relay, b.port, b.mode);
  }
};

// MandatoryFailure is what becomes of mail that mandatory DANE keeps from every host.
enum class MandatoryFailure { kDefer, kFail };

// RequestOcsp is whether a TLS client is to ask for a staple, in ascending strictness.
enum class RequestOcsp { kNever, kAuto, kAlways };

// PolicyRule sets what holds for a destination domain or an MX host.
struct PolicyRule {
  enum class Subject { kDomain, kMxHost };
  Subject subject = Subject::kDomain;
  // "example.org": that name; ".example.org": every name below it; "*": every name.
  std::string pattern;
  std::optional<DaneMode> mode;
  std::optional<bool> audit;
  std::optional<MandatoryFailure> mandatory_failure;
  std::optional<RequestOcsp> request_ocsp;
  bool require_ocsp = false;
  bool require_revocation_status = false;
};

// PolicyRules are the operator's choices.
struct PolicyRules {
  DaneMode default_mode = DaneMode::kOpportunistic;
  MandatoryFailure mandatory_failure = MandatoryFailure::kDefer;
  // The first rule of each subject that matches a name holds for it.
  std::vector<PolicyRule> rules;
  // Whether TLSA records are used where the MX answer is insecure (RFC 7672,
  // section 2.2.1).
  bool dane_for_insecure_mx = true;
  // Whether to request a staple where the usages do not say: sets with both
  // DANE-TA and DANE-EE records, and hosts without DANE.
  bool request_ocsp_otherwise = false;
  std::vector<DigestAlgorithm> digests = DefaultDigestOrder();
  // For how long a verdict that rests on a failure holds.
  absl::Duration failure_ttl = absl::Seconds(5);
  // Hosts in an answer, at most: those of lowest preference value.
  size_t max_hosts = 32;
};

// HostPolicy is the verdict for one host; proto/postern/v1/policy.proto tells of
// each field.
struct HostPolicy {
  enum class Verdict { kDane, kTlsUnauthenticated, kOpportunistic, kSkip };
  enum class Reason {
    kTlsaUsable,
    kTlsaUnusable,
    kNoTlsa,
    kAddressInsecure,
    kAliasInsecure,
    kMxInsecure,
    kDaneOff,
    kDaneNotApplicable,
    kInvalidMx,
    kNoAddress,
    kDnssecBogus,
    kDnsError,
    kCnameLoop,
    kTlsaBogus,
    kTlsaError,
    kDaneRequired,
    kResolverOverloaded,
  };
  std::string host;
  uint16_t preference = 0;
  Verdict verdict = Verdict::kSkip;
  Reason reason = Reason::kDnsError;
  absl::Time expire_time = absl::InfiniteFuture();
  std::string tlsa_base_domain;
  std::vector<std::string> reference_identifiers;
  std::string sni;
  std::vector<JudgedTlsa> tlsa;
  bool request_ocsp = false;
  bool require_ocsp = false;
  bool require_revocation_status = false;
  bool mx_secure = false;
  DaneMode mode = DaneMode::kOpportunistic;
  bool audit = false;
  std::vector<std::string> addresses;
  std::string detail;
};

// DomainPolicy is the answer for a next hop.
struct DomainPolicy {
  enum class Verdict { kHosts, kDefer, kNullMx, kNoSuchDomain };
  enum class Reason {
    kMxFound,
    kImplicitMx,
    kNoMxLookup,
    kNullMxPublished,
    kNameError,
    kDnssecBogus,
    kDnsError,
    kCnameLoop,
    kNoUsableHost,
    kInsecureMx,
    kDaneRequired,
    kResolverNotValidating,
    kResolverOverloaded,
  };
  // TracedQuery is a question and what of its answer the trace shows.
  struct TracedQuery {
    DnsQuestion question;
    DnsState state = DnsState::kFailed;
    int rcode = 0;
    absl::Duration ttl;
    size_t record_count = 0;
    std::string canonical_name;
    std::string detail;
  };
  std::string domain;
  Verdict verdict = Verdict::kDefer;
  Reason reason = Reason::kDnsError;
  absl::Time expire_time = absl::InfiniteFuture();
  std::vector<HostPolicy> hosts;
  std::string expanded_domain;
  bool mx_secure = false;
  bool fail_permanently = false;
  size_t omitted_hosts = 0;
  std::string detail;
  std::vector<TracedQuery> trace;
};

// RestsOnFailure tells whether a lookup that failed or was bogus is why the
// domain, or one of its hosts, has its verdict.
bool RestsOnFailure(const DomainPolicy& policy);

// TlsrptResult is a TLSRPT result type (RFC 8460, section 4.3).
enum class TlsrptResult {
  kStarttlsNotSupported,
  kCertificateHostMismatch,
  kCertificateExpired,
  kCertificateNotTrusted,
  kValidationFailure,
  kTlsaInvalid,
  kDnssecInvalid,
  kDaneRequired,
};

// TlsrptResultOf maps a reason to the result type that it is reported as;
// nothing where there is no TLS failure to report.
std::optional<TlsrptResult> TlsrptResultOf(HostPolicy::Reason reason);
std::optional<TlsrptResult> TlsrptResultOf(DomainPolicy::Reason reason);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_POLICY_H_
