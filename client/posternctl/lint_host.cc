#include "client/posternctl/lint_host.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/posternctl/association_data.h"
#include "client/posternctl/lint_steps.h"
#include "client/posternctl/tlsa_argument.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

RecordLint LintRecord(const v1::TlsaRecord& record, const LintQuestion& question) {
  RecordLint lint;
  *lint.mutable_record() = record;
  const std::optional<uint32_t> depth = MatchedDepth(record, question.chain);
  if (depth.has_value()) lint.set_depth(*depth);
  if (!question.next_chain.empty()) {
    const std::optional<uint32_t> next = MatchedDepth(record, question.next_chain);
    if (next.has_value()) lint.set_next_depth(*next);
  }
  if (!record.usable()) {
    lint.set_state(RecordLint::UNUSABLE);
  } else if (lint.has_depth()) {
    lint.set_state(RecordLint::MATCHES);
  } else {
    lint.set_state(lint.has_next_depth() ? RecordLint::MATCHES_NEXT : RecordLint::STALE);
  }
  return lint;
}

// Superseded records count: another client may prefer their digest.
void AddCombinations(HostLint& lint) {
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, CombinationLint> combinations;
  for (const RecordLint& record : lint.records()) {
    if (record.state() == RecordLint::UNUSABLE) continue;
    const v1::TlsaRecord& data = record.record();
    CombinationLint& combination =
        combinations[{data.certificate_usage(), data.selector(), data.matching_type()}];
    combination.set_certificate_usage(data.certificate_usage());
    combination.set_selector(data.selector());
    combination.set_matching_type(data.matching_type());
    combination.set_matches(combination.matches() || record.has_depth());
    combination.set_matches_next(combination.matches_next() || record.has_next_depth());
  }
  for (const auto& [key, combination] : combinations) *lint.add_combinations() = combination;
}

// The highest depth up to which a DANE-TA client verifies; nothing where DANE-EE
// matches, which looks at no name and no date.
std::optional<uint32_t> VerifiedDepth(const HostLint& lint) {
  std::optional<uint32_t> depth;
  for (const RecordLint& record : lint.records()) {
    if (record.state() != RecordLint::MATCHES) continue;
    if (record.record().certificate_usage() == 3) return std::nullopt;
    depth = std::max(depth.value_or(0), record.depth());
  }
  return depth;
}

void AddTrustAnchorProblems(const v1::HostPolicy& host, const LintQuestion& question,
                            HostLint& lint) {
  const std::optional<uint32_t> verified = VerifiedDepth(lint);
  if (!verified.has_value()) return;
  const auto& names = host.reference_identifiers();
  if (std::none_of(names.begin(), names.end(), [&question](const std::string& name) {
        return PresentsName(question.chain.front(), name);
      })) {
    lint.add_problems(absl::StrCat("the certificate presents none of ", absl::StrJoin(names, ", "),
                                   ", and DANE-TA wants a name"));
  }
  for (size_t depth = 0; depth < question.chain.size() && depth <= *verified; ++depth) {
    const Certificate& certificate = question.chain[depth];
    if (question.now > certificate.not_after) {
      lint.add_problems(absl::StrCat("certificate ", depth, " has expired"));
    } else if (question.now < certificate.not_before) {
      lint.add_problems(absl::StrCat("certificate ", depth, " is not valid yet"));
    }
  }
}

void AddProblems(const v1::HostPolicy& host, const LintQuestion& question, HostLint& lint) {
  if (lint.combinations().empty()) {
    lint.add_problems("no record is usable: clients use TLS without authentication");
  }
  for (const CombinationLint& combination : lint.combinations()) {
    if (combination.matches()) continue;
    lint.add_problems(
        absl::StrCat("no ", combination.certificate_usage(), " ", combination.selector(), " ",
                     combination.matching_type(),
                     " record matches: a client may use these alone (RFC 7671, section 8)"));
  }
  AddTrustAnchorProblems(host, question, lint);
  lint.set_result(lint.problems().empty() ? HostLint::GOOD : HostLint::BAD);
}

}  // namespace

HostLint LintHost(const v1::HostPolicy& host, const LintQuestion& question) {
  HostLint lint;
  lint.set_host(host.host());
  lint.set_verdict(host.verdict());
  if (!host.tlsa_records().empty()) {
    lint.set_owner(TlsaOwner(host.tlsa_base_domain(), question.port));
    for (const v1::TlsaRecord& record : host.tlsa_records()) {
      *lint.add_records() = LintRecord(record, question);
    }
    AddCombinations(lint);
    AddProblems(host, question, lint);
  } else {
    const bool failed =
        host.verdict() == v1::HostPolicy::SKIP && host.reason() != v1::HostPolicy::DANE_REQUIRED;
    lint.set_result(failed ? HostLint::LOOKUP_FAILED : HostLint::NO_RECORDS);
    std::string problem = Words(host.reason());
    if (!host.detail().empty()) absl::StrAppend(&problem, ": ", host.detail());
    lint.add_problems(problem);
  }
  for (std::string& step : LintSteps(host, lint, question)) lint.add_steps(std::move(step));
  return lint;
}

}  // namespace postern::posternctl
