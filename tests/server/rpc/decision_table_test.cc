// Every row of docs/decision_table.md, from the text to the answer's fields.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/dane/evaluate.h"
#include "server/rpc/policy_convert.h"
#include "tests/support/dns_records.h"

namespace postern {
namespace {

struct Row {
  std::string rule, question, dns, domain, hosts;
};

std::vector<Row> ReadTable() {
  std::ifstream file("docs/decision_table.md");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    if (cells.size() != 7) continue;
    const auto cell = [&cells](int i) { return std::string(absl::StripAsciiWhitespace(cells[i])); };
    Row row{cell(1), cell(2), cell(3), cell(4), cell(5)};
    if (row.rule != "Rule" && !absl::StartsWith(row.rule, "--")) rows.push_back(row);
  }
  return rows;
}

DaneMode Mode(const std::string& word) {
  if (word == "off") return DaneMode::kOff;
  EXPECT_EQ(word, "mandatory");
  return DaneMode::kMandatory;
}

PolicyRule ParseRule(absl::string_view text) {
  PolicyRule rule;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(item, '=');
    if (pair.first == "domain" || pair.first == "mx_host") {
      rule.subject =
          pair.first == "domain" ? PolicyRule::Subject::kDomain : PolicyRule::Subject::kMxHost;
      rule.pattern = pair.second;
    } else if (pair.first == "mode") {
      rule.mode = Mode(pair.second);
    } else if (pair.first == "audit") {
      rule.audit = pair.second == "true";
    } else if (pair.first == "ocsp") {
      rule.request_ocsp = pair.second == "always" ? RequestOcsp::kAlways : RequestOcsp::kNever;
      EXPECT_TRUE(pair.second == "always" || pair.second == "never") << item;
    } else if (item == "require=ocsp") {
      rule.require_ocsp = true;
    } else if (item == "require=status") {
      rule.require_revocation_status = true;
    } else {
      EXPECT_EQ(item, "failure=fail");
      rule.mandatory_failure = MandatoryFailure::kFail;
    }
  }
  return rule;
}

// The question column: next hop, port, mode, configuration.
void ParseQuestion(const std::string& text, PolicyQuestion& question, PolicyRules& rules) {
  std::vector<std::string> words = absl::StrSplit(text, ' ');
  const bool relay = words[0] == "relay";
  if (relay) words.erase(words.begin());
  const std::string name = words[0];
  words.erase(words.begin());
  uint32_t port = 0;
  v1::Dane::Mode mode = v1::Dane::MODE_UNSPECIFIED;
  for (const std::string& word : words) {
    if (absl::SimpleAtoi(word, &port)) continue;
    if (word == "mandatory") {
      mode = v1::Dane::MANDATORY;
    } else if (word == "off") {
      mode = v1::Dane::OFF;
    } else if (word == "mandatory_failure=fail") {
      rules.mandatory_failure = MandatoryFailure::kFail;
    } else if (word == "insecure_mx=opportunistic") {
      rules.dane_for_insecure_mx = false;
    } else if (word == "ocsp=yes") {
      rules.request_ocsp_otherwise = true;
    } else if (word == "max_hosts=1") {
      rules.max_hosts = 1;
    } else if (absl::StartsWith(word, "digests=")) {
      auto digests = ParseDigestOrder(word.substr(8));
      ASSERT_TRUE(digests.ok()) << digests.status();
      rules.digests = *digests;
    } else {
      ASSERT_TRUE(absl::StartsWith(word, "rule(")) << word;
      rules.rules.push_back(ParseRule(word.substr(5, word.size() - 6)));
    }
  }
  v1::ResolveDomainPolicyRequest domain_request;
  domain_request.set_domain(name);
  domain_request.set_port(port);
  domain_request.set_mode(mode);
  v1::ResolveRelayPolicyRequest relay_request;
  relay_request.set_host(name);
  relay_request.set_port(port);
  relay_request.set_mode(mode);
  absl::StatusOr<PolicyQuestion> parsed =
      relay ? QuestionFromProto(relay_request) : QuestionFromProto(domain_request);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  question = *parsed;
}

// What a word of the Domain column says, as the answer has it.
std::string DomainWord(const std::string& word, const v1::DomainPolicy& policy,
                       const DomainPolicy& core) {
  bool tlsa_query = false;
  for (const auto& query : core.trace) tlsa_query |= query.question.type == RrType::kTlsa;
  if (word == "no_tlsa_query") return tlsa_query ? "a TLSA query" : word;
  if (word == "tlsa_query") return tlsa_query ? word : "no TLSA query";
  if (word == "no_query") return core.trace.empty() ? word : "a query";
  if (word == "permanent") return policy.fail_permanently() ? word : "temporary";
  if (word == "temporary") return policy.fail_permanently() ? "permanent" : word;
  const std::string key = word.substr(0, word.find('='));
  if (key == "tlsrpt") {
    return absl::StrCat("tlsrpt=", v1::Tlsrpt::ResultType_Name(policy.tlsrpt_result_type()));
  }
  if (key == "expanded") return absl::StrCat("expanded=", policy.expanded_domain());
  if (key == "omitted") return absl::StrCat("omitted=", policy.omitted_hosts());
  return absl::StrCat("unknown word ", word);
}

// What a word of the Hosts column says, as the answer has it.
std::string HostWord(const std::string& word, const v1::HostPolicy& host) {
  if (word == "audit") return host.audit() ? word : "enforced";
  if (word == "enforced") return host.audit() ? "audit" : word;
  const std::string key = word.substr(0, word.find('='));
  if (key == "base") return absl::StrCat("base=", host.tlsa_base_domain());
  if (key == "sni") return absl::StrCat("sni=", host.sni());
  if (key == "ids") return absl::StrCat("ids=", absl::StrJoin(host.reference_identifiers(), ","));
  if (key == "usages") return absl::StrCat("usages=", host.tlsa_usages());
  if (key == "mx") return host.mx_secure() ? "mx=secure" : "mx=insecure";
  if (key == "ocsp") return host.request_ocsp() ? "ocsp=yes" : "ocsp=no";
  if (key == "require") {
    std::vector<std::string> required;
    if (host.require_ocsp()) required.emplace_back("ocsp");
    if (host.require_revocation_status()) required.emplace_back("status");
    return absl::StrCat("require=", absl::StrJoin(required, ","));
  }
  if (key == "tlsrpt") {
    return absl::StrCat("tlsrpt=", v1::Tlsrpt::ResultType_Name(host.tlsrpt_result_type()));
  }
  std::vector<std::string> unusable;
  int superseded = 0;
  for (const v1::TlsaRecord& record : host.tlsa_records()) {
    if (!record.usable()) {
      unusable.push_back(v1::TlsaRecord::UnusableReason_Name(record.unusable_reason()));
    }
    superseded += record.superseded() ? 1 : 0;
  }
  if (key == "unusable") return absl::StrCat("unusable=", absl::StrJoin(unusable, ","));
  if (key == "superseded") return absl::StrCat("superseded=", superseded);
  return absl::StrCat("unknown word ", word);
}

class DecisionTable : public testing::TestWithParam<Row> {};

TEST_P(DecisionTable, GivesTheVerdictOfTheRow) {
  const Row& row = GetParam();
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  PolicyQuestion question;
  PolicyRules rules;
  ParseQuestion(row.question, question, rules);
  const DnsRecords dns(row.dns);
  AnswerMap answers;
  Evaluation evaluation;
  for (int rounds = 0; !(evaluation = Evaluate(question, rules, answers, now)).Done(); ++rounds) {
    ASSERT_LT(rounds, 6) << "more rounds than MX, addresses, alias and two candidates need";
    for (const DnsQuestion& wanted : evaluation.wanted) answers[wanted] = dns.Answer(wanted, now);
  }
  const v1::DomainPolicy policy = ToProto(evaluation.policy);

  std::vector<std::string> domain_words = absl::StrSplit(row.domain, ' ');
  ASSERT_GE(domain_words.size(), 2u);
  std::string got = absl::StrCat(v1::DomainPolicy::Verdict_Name(policy.verdict()), " ",
                                 v1::DomainPolicy::Reason_Name(policy.reason()));
  for (size_t i = 2; i < domain_words.size(); ++i) {
    absl::StrAppend(&got, " ", DomainWord(domain_words[i], policy, evaluation.policy));
  }
  EXPECT_EQ(got, row.domain);

  std::vector<std::string> expected_hosts = absl::StrSplit(row.hosts, "; ", absl::SkipEmpty());
  std::vector<std::string> got_hosts;
  for (int i = 0; i < policy.hosts_size(); ++i) {
    const v1::HostPolicy& host = policy.hosts(i);
    got_hosts.push_back(absl::StrCat(host.host(), " ", v1::HostPolicy::Verdict_Name(host.verdict()),
                                     " ", v1::HostPolicy::Reason_Name(host.reason())));
    if (i >= static_cast<int>(expected_hosts.size())) continue;
    const std::vector<std::string> words = absl::StrSplit(expected_hosts[i], ' ');
    for (size_t w = 3; w < words.size(); ++w) {
      absl::StrAppend(&got_hosts.back(), " ", HostWord(words[w], host));
    }
  }
  EXPECT_EQ(got_hosts, expected_hosts);
}

INSTANTIATE_TEST_SUITE_P(, DecisionTable, testing::ValuesIn(ReadTable()),
                         [](const testing::TestParamInfo<Row>& info) {
                           return absl::StrCat(
                               absl::StrReplaceAll(info.param.rule, {{"-", ""}, {", ", "_"}}), "_",
                               info.index);
                         });

}  // namespace
}  // namespace postern
