#include "server/core/dane/host_decision.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/core/dns/name.h"

namespace postern {
namespace {

// Of one host's TLSA RRset: bytes of its data, and records whose data are parsed.
constexpr size_t kMaxTlsaBytes = size_t{32} << 10;
constexpr size_t kMaxFullRecords = 64;

using Verdict = HostPolicy::Verdict;
using Reason = HostPolicy::Reason;

// The two families of a host's addresses.
struct Addresses {
  const DnsAnswer* a = nullptr;
  const DnsAnswer* aaaa = nullptr;

  bool Complete() const { return a != nullptr && aaaa != nullptr; }
  // The first family that gave addresses and satisfies `wanted`.
  template <typename Predicate>
  const DnsAnswer* Find(Predicate wanted) const {
    for (const DnsAnswer* family : {a, aaaa}) {
      if (family != nullptr && !family->addresses.empty() && wanted(*family)) return family;
    }
    return nullptr;
  }
};

bool RequestsOcsp(const AppliedRules& applied, const PolicyRules& rules,
                  const std::vector<JudgedTlsa>& tlsa) {
  if (applied.require_ocsp || applied.request_ocsp == RequestOcsp::kAlways) return true;
  if (applied.request_ocsp == RequestOcsp::kNever) return false;
  switch (UsageBits(tlsa)) {
    case 1u << kDaneEe:
      return false;  // RFC 7672, section 3.1.1: no revocation for DANE-EE
    case 1u << kDaneTa:
      return true;
    default:
      return rules.request_ocsp_otherwise || applied.require_revocation_status;
  }
}

// One host's way through the rules. Each step either settles the verdict
// (returns true) or leaves it to the next; `pending_` says that an answer is wanted.
class HostDecision {
 public:
  HostDecision(const HostQuestion& question, const PolicyRules& rules, absl::Time now,
               AnswerReader& reader)
      : question_(question), rules_(rules), now_(now), reader_(reader) {
    policy_.host = question.host;
    policy_.preference = question.preference;
    policy_.mx_secure = question.mx_secure;
    policy_.mode = question.applied.mode;
  }

  std::optional<HostPolicy> Decide() {
    Settled() || CheckName() || CheckAddresses() || CheckTlsa();
    if (pending_) return std::nullopt;
    Finish();
    return std::move(policy_);
  }

 private:
  bool Settle(Verdict verdict, Reason reason) {
    policy_.verdict = verdict;
    policy_.reason = reason;
    return true;
  }

  bool Pend() {
    pending_ = true;
    return true;
  }

  // RestOn notes that the verdict is no longer good than the answer.
  void RestOn(const DnsAnswer& answer) {
    policy_.expire_time = std::min(policy_.expire_time, GoodUntil(answer, rules_, now_));
  }

  // A failed or bogus answer: the host is unreachable (RFC 7672, section 2.1.2).
  bool Skip(const DnsAnswer& answer, Reason bogus, Reason error) {
    RestOn(answer);
    policy_.detail = answer.detail;
    if (answer.Bogus()) return Settle(Verdict::kSkip, bogus);
    if (answer.failure == DnsFailure::kOverload) {
      return Settle(Verdict::kSkip, Reason::kResolverOverloaded);
    }
    if (answer.failure == DnsFailure::kAliasLoop) return Settle(Verdict::kSkip, Reason::kCnameLoop);
    return Settle(Verdict::kSkip, error);
  }

  // RFC 7672, section 2.2.1: mandatory DANE needs a secure MX RRset.
  bool Settled() {
    return question_.applied.mode == DaneMode::kMandatory && question_.from_mx &&
           !question_.mx_secure && Settle(Verdict::kSkip, Reason::kDaneRequired);
  }

  bool CheckName() {
    if (!question_.from_mx) return false;
    // RFC 7672, section 2.2: DANE does not apply to an address as MX host. The
    // colons of an IPv6 address are escaped in a name.
    const std::string text = absl::StrReplaceAll(question_.host, {{"\\058", ":"}});
    if (IsIpAddress(text)) {
      policy_.addresses = {text};
      return Settle(Verdict::kOpportunistic, Reason::kInvalidMx);
    }
    return !IsHostName(question_.host) && Settle(Verdict::kSkip, Reason::kInvalidMx);
  }

  // RFC 7672, section 2.2.2: addresses come first.
  bool CheckAddresses() {
    addresses_ = {reader_.Ask(question_.host, RrType::kA),
                  reader_.Ask(question_.host, RrType::kAaaa)};
    secure_ = addresses_.Find([](const DnsAnswer& family) { return family.Secure(); });
    if (!addresses_.Complete()) {
      // One secure family with addresses is enough to go on to TLSA meanwhile.
      return (secure_ == nullptr || !WantsDane()) && Pend();
    }
    const DnsAnswer* any = addresses_.Find([](const DnsAnswer&) { return true; });
    if (any == nullptr) return SettleNoAddress();
    for (const DnsAnswer* family : {addresses_.a, addresses_.aaaa}) {
      // A failed one does not shorten the verdict either: a name server that never answers
      // for AAAA would have its domains looked up all the time.
      if (family->addresses.empty()) continue;
      RestOn(*family);
      policy_.addresses.insert(policy_.addresses.end(), family->addresses.begin(),
                               family->addresses.end());
    }
    if (!WantsDane()) {
      return Settle(Verdict::kOpportunistic, question_.applied.mode == DaneMode::kOff
                                                 ? Reason::kDaneOff
                                                 : Reason::kMxInsecure);
    }
    return secure_ == nullptr && CheckInsecureAddresses(*any);
  }

  bool WantsDane() const {
    return question_.applied.mode != DaneMode::kOff &&
           (!question_.from_mx || question_.mx_secure || rules_.dane_for_insecure_mx);
  }

  bool SettleNoAddress() {
    for (const DnsAnswer* family : {addresses_.a, addresses_.aaaa}) {
      if (family->Bogus()) return Skip(*family, Reason::kDnssecBogus, Reason::kDnsError);
    }
    for (const DnsAnswer* family : {addresses_.a, addresses_.aaaa}) {
      if (!family->Answered()) return Skip(*family, Reason::kDnssecBogus, Reason::kDnsError);
      RestOn(*family);
    }
    return Settle(Verdict::kSkip, Reason::kNoAddress);
  }

  // RFC 7672, section 2.2.2, "Insecure": no TLSA, unless the host is an alias in
  // a signed zone. The insecure answer does not tell: a separate query for the alias
  // does (section 2.1.3). Of an alias made from a DNAME that is the record which
  // has a signature, and which libunbound validates.
  bool CheckInsecureAddresses(const DnsAnswer& family) {
    if (family.canonical_name == question_.host) {
      return Settle(Verdict::kOpportunistic, Reason::kAddressInsecure);
    }
    const DnsAnswer* alias = family.dname_owner.empty()
                                 ? reader_.Ask(question_.host, RrType::kCname)
                                 : reader_.Ask(family.dname_owner, RrType::kDname);
    if (alias == nullptr) return Pend();
    if (!alias->Answered()) return Skip(*alias, Reason::kDnssecBogus, Reason::kDnsError);
    RestOn(*alias);
    if (!alias->Secure()) return Settle(Verdict::kOpportunistic, Reason::kAliasInsecure);
    return false;
  }

  // RFC 7672, section 2.2.2: the expanded name first where the way there is
  // secure, then the original. Names between the two are no candidates.
  std::vector<std::string> Candidates() const {
    if (secure_ == nullptr || secure_->canonical_name == question_.host) return {question_.host};
    return {secure_->canonical_name, question_.host};
  }

  // RFC 7672, section 2.2.3.
  bool CheckTlsa() {
    for (const std::string& base : Candidates()) {
      const std::string name = TlsaName(base, question_.port);
      if (name.empty()) continue;  // too long to exist
      const DnsAnswer* tlsa = reader_.Ask(name, RrType::kTlsa);
      if (tlsa == nullptr) return Pend();
      if (!tlsa->Answered()) return Skip(*tlsa, Reason::kTlsaBogus, Reason::kTlsaError);
      RestOn(*tlsa);
      // The first candidate with secure records is the base domain, also if
      // none of them is usable.
      if (tlsa->Secure() && !tlsa->tlsa.empty()) {
        if (!addresses_.Complete() || !question_.judge) return Pend();
        return SettleTlsa(base, *tlsa);
      }
    }
    if (!addresses_.Complete()) return Pend();
    return Settle(Verdict::kOpportunistic, Reason::kNoTlsa);
  }

  // What is past these bounds is no RRset for mail: it would cost every caller.
  static bool WithinBounds(const std::vector<TlsaRecord>& records) {
    const auto full = std::count_if(records.begin(), records.end(), [](const TlsaRecord& record) {
      return record.matching_type == kMatchFull;
    });
    return TlsaBytes(records) <= kMaxTlsaBytes && static_cast<size_t>(full) <= kMaxFullRecords;
  }

  bool SettleTlsa(const std::string& base, const DnsAnswer& answer) {
    if (!WithinBounds(answer.tlsa)) {
      policy_.detail =
          absl::StrCat("the TLSA records are more than ", kMaxTlsaBytes, " bytes, or more than ",
                       kMaxFullRecords, " of them are of matching type 0");
      return Settle(Verdict::kSkip, Reason::kTlsaError);
    }
    if (TlsaBytes(answer.tlsa) > question_.max_tlsa_bytes) {
      policy_.detail = "the TLSA records of the domain's hosts are too many bytes together";
      return Settle(Verdict::kSkip, Reason::kTlsaError);
    }
    policy_.tlsa_base_domain = base;
    policy_.tlsa = JudgeTlsaRecords(answer.tlsa, rules_.digests);
    const bool usable = std::any_of(policy_.tlsa.begin(), policy_.tlsa.end(),
                                    [](const JudgedTlsa& one) { return one.Usable(); });
    policy_.audit = question_.applied.audit;
    if (!usable) return Settle(Verdict::kTlsUnauthenticated, Reason::kTlsaUnusable);
    AddReferenceIdentifiers(base);
    return Settle(Verdict::kDane, Reason::kTlsaUsable);
  }

  // RFC 7672, section 3.2.2: the base domain; the next hop and what it is an
  // alias of only where a secure way leads from it to the host.
  void AddReferenceIdentifiers(const std::string& base) {
    std::vector<std::string>& names = policy_.reference_identifiers;
    names = {base};
    if (question_.from_mx && !question_.mx_secure) return;
    const auto add = [&names](const std::string& name) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    add(question_.next_hop);
    if (question_.from_mx) add(question_.expanded_next_hop);
  }

  void Finish() {
    // RFC 7672, section 6; RFC 7671, section 10.3.
    if (question_.applied.mode == DaneMode::kMandatory && policy_.verdict != Verdict::kDane &&
        policy_.verdict != Verdict::kSkip) {
      Settle(Verdict::kSkip, Reason::kDaneRequired);
    }
    if (policy_.verdict == Verdict::kSkip) policy_.tlsa_base_domain.clear();
    // RFC 7672, section 8.1: SNI is the base domain.
    if (!policy_.tlsa_base_domain.empty()) {
      policy_.sni = policy_.tlsa_base_domain;
    } else if (IsHostName(question_.host) && !IsIpAddress(question_.host)) {
      policy_.sni = question_.host;
    }
    SetOcsp(question_.applied, rules_, policy_);
  }

  const HostQuestion& question_;
  const PolicyRules& rules_;
  const absl::Time now_;
  AnswerReader& reader_;
  HostPolicy policy_;
  Addresses addresses_;
  const DnsAnswer* secure_ = nullptr;
  bool pending_ = false;
};

}  // namespace

size_t TlsaBytes(absl::Span<const TlsaRecord> records) {
  size_t bytes = 0;
  for (const TlsaRecord& record : records) bytes += record.data.size();
  return bytes;
}

absl::Time GoodUntil(const DnsAnswer& answer, const PolicyRules& rules, absl::Time now) {
  return answer.Answered() ? answer.expire_time : now + rules.failure_ttl;
}

void SetOcsp(const AppliedRules& applied, const PolicyRules& rules, HostPolicy& policy) {
  const bool connects = policy.verdict != Verdict::kSkip;
  policy.request_ocsp = connects && RequestsOcsp(applied, rules, policy.tlsa);
  policy.require_ocsp = connects && applied.require_ocsp;
  policy.require_revocation_status = connects && applied.require_revocation_status;
}

std::optional<HostPolicy> DecideHost(const HostQuestion& question, const PolicyRules& rules,
                                     absl::Time now, AnswerReader& reader) {
  return HostDecision(question, rules, now, reader).Decide();
}

}  // namespace postern
