#include "server/core/dane/evaluate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "server/core/dane/host_decision.h"
#include "server/core/dane/rule_match.h"
#include "server/core/dane/tlsa.h"

namespace postern {
namespace {

using Verdict = DomainPolicy::Verdict;
using Reason = DomainPolicy::Reason;

// No answer is kept longer, whatever its TTL says.
constexpr absl::Duration kMaxTtl = absl::Hours(24);

// Of TLSA data, over all hosts; hosts have their own bound.
constexpr size_t kMaxTlsaBytes = size_t{256} << 10;

class DomainDecision {
 public:
  DomainDecision(const PolicyQuestion& question, const PolicyRules& rules, const AnswerMap& answers,
                 absl::Time now, bool judge)
      : question_(question), rules_(rules), now_(now), judge_(judge), reader_(answers) {
    policy_.domain = question.next_hop;
    policy_.expire_time = now + kMaxTtl;
  }

  Evaluation Evaluate() {
    if (question_.is_address) {
      DecideAddressLiteral();
    } else if (question_.is_relay) {
      policy_.mx_secure = true;  // none was asked
      DecideOwnHost(Reason::kNoMxLookup);
    } else {
      DecideMx();
    }
    Evaluation evaluation;
    evaluation.wanted = std::move(reader_.wanted());
    if (!evaluation.Done()) return evaluation;
    policy_.trace = reader_.Trace();
    evaluation.policy = std::move(policy_);
    return evaluation;
  }

 private:
  void Settle(Verdict verdict, Reason reason) {
    policy_.verdict = verdict;
    policy_.reason = reason;
  }

  // RFC 7672, section 2.2: DANE does not apply; no DNS query is made.
  void DecideAddressLiteral() {
    const AppliedRules applied = Apply(question_.next_hop);
    all_fail_ = applied.mandatory_failure == MandatoryFailure::kFail;
    HostPolicy host;
    host.host = question_.next_hop;
    host.addresses = {question_.next_hop};
    host.verdict = HostPolicy::Verdict::kOpportunistic;
    host.reason = HostPolicy::Reason::kDaneNotApplicable;
    host.mx_secure = policy_.mx_secure = true;
    host.mode = applied.mode;
    if (applied.mode == DaneMode::kMandatory) {
      host.verdict = HostPolicy::Verdict::kSkip;
      host.reason = HostPolicy::Reason::kDaneRequired;
    }
    SetOcsp(applied, rules_, host);
    policy_.hosts.push_back(std::move(host));
    SettleByHosts(Reason::kNoMxLookup);
  }

  void DecideMx() {
    const DnsAnswer* mx = reader_.Ask(question_.next_hop, RrType::kMx);
    if (mx == nullptr) return;
    RestOn(*mx);
    if (!mx->Answered()) return SettleFailure(*mx);
    policy_.mx_secure = mx->Secure();
    if (mx->canonical_name != question_.next_hop) policy_.expanded_domain = mx->canonical_name;
    if (mx->rcode == kRcodeNxDomain) return Settle(Verdict::kNoSuchDomain, Reason::kNameError);
    // RFC 5321, section 5.1: without MX records the domain is its own host.
    if (mx->mx.empty()) return DecideOwnHost(Reason::kImplicitMx);
    const std::vector<const MxRecord*> hosts = Hosts(mx->mx);
    // RFC 7505, section 3: "." beside other hosts is an error, and ignored.
    if (hosts.empty()) return Settle(Verdict::kNullMx, Reason::kNullMxPublished);
    for (const MxRecord* host : hosts) {
      Decide(host->exchange, host->preference, /*from_mx=*/true);
    }
    SettleByHosts(Reason::kMxFound);
  }

  void SettleFailure(const DnsAnswer& mx) {
    policy_.detail = mx.detail;
    if (mx.Bogus()) return Settle(Verdict::kDefer, Reason::kDnssecBogus);
    switch (mx.failure) {
      case DnsFailure::kAliasLoop:
        return Settle(Verdict::kDefer, Reason::kCnameLoop);
      case DnsFailure::kOverload:
        return Settle(Verdict::kDefer, Reason::kResolverOverloaded);
      default:
        return Settle(Verdict::kDefer, Reason::kDnsError);
    }
  }

  // The hosts in ascending preference, each once, at most so many as the rules allow.
  std::vector<const MxRecord*> Hosts(const std::vector<MxRecord>& records) {
    std::vector<const MxRecord*> sorted;
    sorted.reserve(records.size());
    for (const MxRecord& record : records) sorted.push_back(&record);
    std::stable_sort(sorted.begin(), sorted.end(), [](const MxRecord* a, const MxRecord* b) {
      return a->preference < b->preference;
    });
    std::vector<const MxRecord*> hosts;
    absl::flat_hash_set<absl::string_view> seen;
    for (const MxRecord* record : sorted) {
      if (record->exchange == "." || !seen.insert(record->exchange).second) continue;
      if (hosts.size() == rules_.max_hosts) {
        ++policy_.omitted_hosts;
        continue;
      }
      hosts.push_back(record);
    }
    return hosts;
  }

  void DecideOwnHost(Reason reason) {
    Decide(question_.next_hop, 0, /*from_mx=*/false);
    SettleByHosts(reason);
  }

  AppliedRules Apply(const std::string& host) const {
    return ApplyRules(rules_, question_.mode, question_.next_hop, host);
  }

  void Decide(const std::string& name, uint16_t preference, bool from_mx) {
    const std::string& expanded =
        policy_.expanded_domain.empty() ? question_.next_hop : policy_.expanded_domain;
    const HostQuestion question{name,
                                preference,
                                question_.port,
                                from_mx,
                                policy_.mx_secure,
                                question_.next_hop,
                                expanded,
                                Apply(name),
                                judge_,
                                kMaxTlsaBytes - tlsa_bytes_};
    all_fail_ = all_fail_ && question.applied.mandatory_failure == MandatoryFailure::kFail;
    std::optional<HostPolicy> host = DecideHost(question, rules_, now_, reader_);
    if (!host) return;
    for (const JudgedTlsa& judged : host->tlsa) tlsa_bytes_ += judged.record.data.size();
    policy_.hosts.push_back(*std::move(host));
  }

  // RFC 7672, section 2.1.2: no reachable host defers the mail. Where nothing but
  // mandatory DANE keeps it from every host the rule says what becomes of it.
  void SettleByHosts(Reason reason) {
    if (!reader_.wanted().empty()) return;
    bool usable = false;
    bool only_mandatory = true;
    for (HostPolicy& host : policy_.hosts) {
      host.expire_time = std::min(host.expire_time, policy_.expire_time);
      usable = usable || host.verdict != HostPolicy::Verdict::kSkip;
      only_mandatory = only_mandatory && host.reason == HostPolicy::Reason::kDaneRequired;
    }
    for (const HostPolicy& host : policy_.hosts) {
      policy_.expire_time = std::min(policy_.expire_time, host.expire_time);
    }
    if (usable) return Settle(Verdict::kHosts, reason);
    if (!only_mandatory) return Settle(Verdict::kDefer, Reason::kNoUsableHost);
    policy_.fail_permanently = all_fail_ && policy_.omitted_hosts == 0;
    Settle(Verdict::kDefer, reason == Reason::kMxFound && !policy_.mx_secure
                                ? Reason::kInsecureMx
                                : Reason::kDaneRequired);
  }

  void RestOn(const DnsAnswer& answer) {
    policy_.expire_time = std::min(policy_.expire_time, GoodUntil(answer, rules_, now_));
  }

  const PolicyQuestion& question_;
  const PolicyRules& rules_;
  const absl::Time now_;
  const bool judge_;
  AnswerReader reader_;
  DomainPolicy policy_;
  bool all_fail_ = true;
  size_t tlsa_bytes_ = 0;  // of all hosts so far
};

}  // namespace

Evaluation Evaluate(const PolicyQuestion& question, const PolicyRules& rules,
                    const AnswerMap& answers, absl::Time now) {
  Evaluation wanted = DomainDecision(question, rules, answers, now, /*judge=*/false).Evaluate();
  if (!wanted.Done()) return wanted;
  return DomainDecision(question, rules, answers, now, /*judge=*/true).Evaluate();
}

}  // namespace postern
