#include "server/core/dane/rule_match.h"

#include <algorithm>
#include <optional>

#include "gtest/gtest.h"

namespace postern {
namespace {

PolicyRule Rule(PolicyRule::Subject subject, const char* pattern, std::optional<DaneMode> mode) {
  PolicyRule rule;
  rule.subject = subject;
  rule.pattern = pattern;
  rule.mode = mode;
  return rule;
}

constexpr auto kDomain = PolicyRule::Subject::kDomain;
constexpr auto kMxHost = PolicyRule::Subject::kMxHost;

TEST(MatchesPattern, KnowsTheThreeForms) {
  EXPECT_TRUE(MatchesPattern("example.org", "example.org"));
  EXPECT_FALSE(MatchesPattern("example.org", "mail.example.org"));
  EXPECT_TRUE(MatchesPattern(".example.org", "mail.example.org"));
  EXPECT_TRUE(MatchesPattern(".example.org", "a.b.example.org"));
  EXPECT_FALSE(MatchesPattern(".example.org", "example.org"));
  EXPECT_FALSE(MatchesPattern(".example.org", "badexample.org"));
  EXPECT_TRUE(MatchesPattern("*", "anything.test"));
}

TEST(ApplyRules, UsesTheDefaultWhereNothingIsGiven) {
  PolicyRules rules;
  rules.default_mode = DaneMode::kMandatory;
  EXPECT_EQ(ApplyRules(rules, std::nullopt, "d.test", "mx1.test").mode, DaneMode::kMandatory);
}

TEST(ApplyRules, DoesNotLetARequestWeakenADefaultOfMandatory) {
  PolicyRules rules;
  rules.default_mode = DaneMode::kMandatory;
  EXPECT_EQ(ApplyRules(rules, DaneMode::kOff, "d.test", "mx1.test").mode, DaneMode::kMandatory);
  rules.rules = {Rule(kDomain, "d.test", DaneMode::kOff)};
  EXPECT_EQ(ApplyRules(rules, std::nullopt, "d.test", "mx1.test").mode, DaneMode::kOff)
      << "the operator's rule does";
}

TEST(ApplyRules, LetsTheFirstMatchingRuleOfASubjectHold) {
  PolicyRules rules;
  rules.rules = {Rule(kDomain, "d.test", DaneMode::kOff), Rule(kDomain, "*", DaneMode::kMandatory)};
  EXPECT_EQ(ApplyRules(rules, std::nullopt, "d.test", "mx1.test").mode, DaneMode::kOff);
  EXPECT_EQ(ApplyRules(rules, std::nullopt, "e.test", "mx1.test").mode, DaneMode::kMandatory);
}

TEST(ApplyRules, LetsTheStrictestOfRequestDomainAndHostHoldWhoeverSaysIt) {
  const std::optional<DaneMode> modes[] = {std::nullopt, DaneMode::kOff, DaneMode::kOpportunistic,
                                           DaneMode::kMandatory};
  for (const auto& demanded : modes) {
    for (const auto& domain : modes) {
      for (const auto& host : modes) {
        PolicyRules rules;
        rules.rules = {Rule(kDomain, "d.test", domain), Rule(kMxHost, "mx1.test", host)};
        std::optional<DaneMode> strictest;
        for (const auto& mode : {demanded, domain, host}) {
          if (mode && (!strictest || *mode > *strictest)) strictest = mode;
        }
        EXPECT_EQ(ApplyRules(rules, demanded, "d.test", "mx1.test").mode,
                  strictest.value_or(DaneMode::kOpportunistic));
      }
    }
  }
}

TEST(ApplyRules, LetsTheHostsRuleGoBeforeTheDomainsForTheRest) {
  PolicyRules rules;
  rules.rules = {Rule(kDomain, "d.test", std::nullopt), Rule(kMxHost, "mx1.test", std::nullopt)};
  rules.rules[0].audit = true;
  rules.rules[0].mandatory_failure = MandatoryFailure::kFail;
  EXPECT_TRUE(ApplyRules(rules, std::nullopt, "d.test", "mx1.test").audit);
  rules.rules[1].audit = false;
  rules.rules[1].mandatory_failure = MandatoryFailure::kDefer;
  const AppliedRules applied = ApplyRules(rules, std::nullopt, "d.test", "mx1.test");
  EXPECT_FALSE(applied.audit);
  EXPECT_EQ(applied.mandatory_failure, MandatoryFailure::kDefer);
}

TEST(ApplyRules, NeverAuditsWhatIsMandatoryD74) {
  PolicyRules rules;
  rules.rules = {Rule(kDomain, "d.test", std::nullopt)};
  rules.rules[0].audit = true;
  EXPECT_FALSE(ApplyRules(rules, DaneMode::kMandatory, "d.test", "mx1.test").audit);
}

TEST(ApplyRules, LetsTheStricterOfDomainAndHostHoldForRevocation) {
  const std::optional<RequestOcsp> requests[] = {std::nullopt, RequestOcsp::kNever,
                                                 RequestOcsp::kAuto, RequestOcsp::kAlways};
  for (const auto& domain : requests) {
    for (const auto& host : requests) {
      for (int bits = 0; bits < 16; ++bits) {
        PolicyRules rules;
        rules.rules = {Rule(kDomain, "d.test", std::nullopt),
                       Rule(kMxHost, "mx1.test", std::nullopt)};
        rules.rules[0].request_ocsp = domain;
        rules.rules[1].request_ocsp = host;
        rules.rules[0].require_ocsp = (bits & 1) != 0;
        rules.rules[1].require_ocsp = (bits & 2) != 0;
        rules.rules[0].require_revocation_status = (bits & 4) != 0;
        rules.rules[1].require_revocation_status = (bits & 8) != 0;
        const AppliedRules applied = ApplyRules(rules, std::nullopt, "d.test", "mx1.test");
        RequestOcsp strictest = RequestOcsp::kAuto;
        if (domain || host) strictest = *std::max(domain, host);
        EXPECT_EQ(applied.request_ocsp, strictest);
        EXPECT_EQ(applied.require_ocsp, (bits & 3) != 0);
        EXPECT_EQ(applied.require_revocation_status, (bits & 12) != 0);
      }
    }
  }
}

TEST(ApplyRules, DemandsNothingOfRevocationWhereNoRuleDoes) {
  const AppliedRules applied = ApplyRules(PolicyRules(), std::nullopt, "d.test", "mx1.test");
  EXPECT_EQ(applied.request_ocsp, RequestOcsp::kAuto);
  EXPECT_FALSE(applied.require_ocsp);
  EXPECT_FALSE(applied.require_revocation_status);
}

}  // namespace
}  // namespace postern
