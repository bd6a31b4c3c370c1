#include "server/core/dane/rule_match.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace postern {
namespace {

const PolicyRule* FirstMatch(const PolicyRules& rules, PolicyRule::Subject subject,
                             absl::string_view name) {
  for (const PolicyRule& rule : rules.rules) {
    if (rule.subject == subject && MatchesPattern(rule.pattern, name)) return &rule;
  }
  return nullptr;
}

AppliedRules Combine(const PolicyRules& rules, std::optional<DaneMode> demanded,
                     const PolicyRule* domain_rule, const PolicyRule* host_rule) {
  AppliedRules applied;
  applied.mandatory_failure = rules.mandatory_failure;
  std::optional<DaneMode> mode;
  std::optional<RequestOcsp> request_ocsp;
  for (const PolicyRule* rule : {domain_rule, host_rule}) {
    if (rule == nullptr) continue;
    mode = std::max(mode, rule->mode);  // nothing given is the least
    request_ocsp = std::max(request_ocsp, rule->request_ocsp);
    applied.require_ocsp |= rule->require_ocsp;
    applied.require_revocation_status |= rule->require_revocation_status;
    applied.audit = rule->audit.value_or(applied.audit);
    applied.mandatory_failure = rule->mandatory_failure.value_or(applied.mandatory_failure);
  }
  applied.request_ocsp = request_ocsp.value_or(applied.request_ocsp);
  // A request may lower the default, but not where that is mandatory.
  if (!mode && rules.default_mode == DaneMode::kMandatory) mode = rules.default_mode;
  mode = std::max(mode, demanded);
  applied.mode = mode.value_or(rules.default_mode);
  applied.audit = applied.audit && applied.mode == DaneMode::kOpportunistic;
  return applied;
}

}  // namespace

bool MatchesPattern(absl::string_view pattern, absl::string_view name) {
  if (pattern == "*") return true;
  if (absl::StartsWith(pattern, ".")) {
    return name.size() > pattern.size() && absl::EndsWith(name, pattern);
  }
  return pattern == name;
}

AppliedRules ApplyRules(const PolicyRules& rules, std::optional<DaneMode> demanded,
                        absl::string_view domain, absl::string_view host) {
  return Combine(rules, demanded, FirstMatch(rules, PolicyRule::Subject::kDomain, domain),
                 FirstMatch(rules, PolicyRule::Subject::kMxHost, host));
}

}  // namespace postern
