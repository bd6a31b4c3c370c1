#include "client/posternctl/lint_steps.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/posternctl/association_data.h"
#include "client/posternctl/certificate.h"
#include "client/posternctl/tlsa_argument.h"
#include "client/posternctl/tlsa_text.h"

namespace postern::posternctl {
namespace {

// TheWait tells how long old answers may live: a roll-over's new record has to be
// everywhere before the certificate changes.
std::string TheWait(uint32_t ttl) {
  std::string wait = "wait two TTLs of the RRset";
  if (ttl > 0) {
    absl::StrAppend(&wait, ": at least ", 2 * uint64_t{ttl},
                    " s by this answer, which a cache may have shortened");
  }
  return wait;
}

// The step that publishes a combination's record of a chain; the line of the zone is
// its end, to be copied.
std::string Publish(const CombinationLint& combination, const std::vector<Certificate>& chain,
                    const v1::HostPolicy& host, uint32_t port, const char* how) {
  const bool anchor = combination.certificate_usage() == 2;
  if (anchor && chain.size() == 1) {
    return absl::StrCat(
        "have the server send its issuer's certificate, which the file lacks too: "
        "the ",
        combination.certificate_usage(), " ", combination.selector(), " ",
        combination.matching_type(), " record is of that");
  }
  v1::TlsaRecord record;
  record.set_certificate_usage(combination.certificate_usage());
  record.set_selector(combination.selector());
  record.set_matching_type(combination.matching_type());
  record.set_certificate_association_data(AssociationData(anchor ? chain.back() : chain.front(),
                                                          combination.selector(),
                                                          combination.matching_type())
                                              .value_or(""));
  return absl::StrCat("publish ", how, ": ", ZoneText(host.tlsa_base_domain(), port, record));
}

// The step that takes records away which `unwanted` chooses, if there are any.
template <typename Unwanted>
std::optional<std::string> Remove(const HostLint& lint, Unwanted unwanted) {
  std::vector<std::string> records;
  for (const RecordLint& record : lint.records()) {
    if (record.state() != RecordLint::UNUSABLE && unwanted(record)) {
      records.push_back(ShortRecord(record.record()));
    }
  }
  if (records.empty()) return std::nullopt;
  return absl::StrCat("remove ", absl::StrJoin(records, "; "));
}

bool IsStale(const RecordLint& record) { return record.state() == RecordLint::STALE; }

std::vector<std::string> RollOver(const v1::HostPolicy& host, const HostLint& lint,
                                  const LintQuestion& question) {
  std::vector<std::string> steps;
  for (const CombinationLint& combination : lint.combinations()) {
    if (combination.matches_next()) continue;
    steps.push_back(Publish(combination, question.next_chain, host, question.port,
                            "beside the present records"));
  }
  const bool published = steps.empty();
  if (!published) steps.push_back(TheWait(question.ttl));
  steps.push_back(published ? "install the next chain: every combination matches it already, once "
                              "the records are two TTLs old"
                            : "install the next chain");
  if (auto remove = Remove(lint, [](const RecordLint& r) { return !r.has_next_depth(); })) {
    steps.push_back(*remove);
  }
  return steps;
}

std::vector<std::string> WithoutRecords(const v1::HostPolicy& host, const LintQuestion& question) {
  switch (host.reason()) {
    case v1::HostPolicy::ADDRESS_INSECURE:
    case v1::HostPolicy::ALIAS_INSECURE:
      return {"sign the host's zone with DNSSEC; TLSA records count only there"};
    case v1::HostPolicy::NO_TLSA: {
      CombinationLint combination;
      combination.set_certificate_usage(3);
      combination.set_selector(1);
      combination.set_matching_type(1);
      v1::HostPolicy base = host;
      base.set_tlsa_base_domain(host.host());
      return {Publish(combination, question.chain, base, question.port, "in its signed zone")};
    }
    default:
      return {};
  }
}

}  // namespace

std::vector<std::string> LintSteps(const v1::HostPolicy& host, const HostLint& lint,
                                   const LintQuestion& question) {
  if (lint.records().empty()) return WithoutRecords(host, question);
  std::vector<std::string> steps;
  for (const CombinationLint& combination : lint.combinations()) {
    if (combination.matches()) continue;
    steps.push_back(
        Publish(combination, question.chain, host, question.port, "now, for the present chain"));
  }
  if (!question.next_chain.empty()) {
    for (std::string& step : RollOver(host, lint, question)) steps.push_back(std::move(step));
    return steps;
  }
  if (auto remove = Remove(lint, IsStale)) {
    steps.push_back(*remove + ", unless for a coming certificate: --next-chain tells");
  }
  if (lint.result() == HostLint::GOOD) {
    steps.push_back(
        "before a new certificate: publish its records beside these (--next-chain "
        "prints them)");
    steps.push_back(TheWait(question.ttl));
    steps.push_back("change the certificate, then remove the old records");
  }
  return steps;
}

}  // namespace postern::posternctl
