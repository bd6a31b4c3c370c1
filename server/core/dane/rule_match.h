// Which of the operator's rules hold for a destination domain and an MX host.
#ifndef POSTERN_SERVER_CORE_DANE_RULE_MATCH_H_
#define POSTERN_SERVER_CORE_DANE_RULE_MATCH_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "server/core/dane/policy.h"

namespace postern {

// MatchesPattern tells whether a normal-form name is meant by a rule's pattern:
// "example.org" that name, ".example.org" every name below it, "*" every name.
bool MatchesPattern(absl::string_view pattern, absl::string_view name);

// AppliedRules is what holds for one host of one domain.
struct AppliedRules {
  DaneMode mode = DaneMode::kOpportunistic;
  bool audit = false;
  MandatoryFailure mandatory_failure = MandatoryFailure::kDefer;
  RequestOcsp request_ocsp = RequestOcsp::kAuto;
  bool require_ocsp = false;
  bool require_revocation_status = false;
};

// ApplyRules combines what the request demands, the domain's rule and the
// host's rule. Of the modes that are given the strictest holds, so that none of
// the three can weaken another; the default holds where none is given, and a request
// does not weaken a default of mandatory. Of what is asked and demanded of revocation the
// strictest holds, too. For the rest the host's rule goes before the
// domain's. Mandatory is never audited.
AppliedRules ApplyRules(const PolicyRules& rules, std::optional<DaneMode> demanded,
                        absl::string_view domain, absl::string_view host);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_DANE_RULE_MATCH_H_
