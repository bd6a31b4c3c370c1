// The verdict for one host (RFC 7672, sections 2.2.2, 2.2.3, 3.1 and 3.2.2).
#ifndef POSTERN_SERVER_CORE_DANE_HOST_DECISION_H_
#define POSTERN_SERVER_CORE_DANE_HOST_DECISION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dane/answer_reader.h"
#include "server/core/dane/policy.h"
#include "server/core/dane/rule_match.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/answer.h"

namespace postern {

// HostQuestion is a host and how one came to it.
struct HostQuestion {
  // As the MX record names it, or the next hop itself. The names must outlive the question.
  const std::string& host;
  uint16_t preference = 0;
  uint16_t port = 25;
  bool from_mx = false;    // an MX record names it
  bool mx_secure = false;  // what the answer will say of the MX lookup
  const std::string& next_hop;
  const std::string& expanded_next_hop;  // the same where the next hop is no alias
  AppliedRules applied;
  // Whether to judge TLSA records, which costs most of all: only once no host of the
  // domain wants an answer any more. Until then hosts with records have no verdict.
  bool judge = true;
  // Bytes of TLSA data that the policy has room for: beyond, the host is SKIP. The
  // policy of a whole domain is one message, and is kept as one.
  size_t max_tlsa_bytes = 0;
};

// TlsaBytes counts the data of the records.
size_t TlsaBytes(absl::Span<const TlsaRecord> records);

// GoodUntil returns when what rests on the answer ends.
absl::Time GoodUntil(const DnsAnswer& answer, const PolicyRules& rules, absl::Time now);

// SetOcsp sets what a client asks for and demands of revocation, once a host's verdict and
// records are known.
void SetOcsp(const AppliedRules& applied, const PolicyRules& rules, HostPolicy& policy);

// DecideHost gives the verdict, or nothing while answers are wanted of `reader`.
// Where DANE is mandatory and not to be had the verdict is SKIP.
std::optional<HostPolicy> DecideHost(const HostQuestion& question, const PolicyRules& rules,
                                     absl::Time now, AnswerReader& reader);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_HOST_DECISION_H_
