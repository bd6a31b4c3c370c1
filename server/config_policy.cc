#include "server/config_policy.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/config_errors.h"
#include "server/core/dane/tlsa.h"
#include "server/core/dns/name.h"

namespace postern {
namespace {

constexpr size_t kMaxRules = 4096;

// What a rule can set.
constexpr absl::string_view kRuleKeys[] = {
    "mode",         "audit",        "mandatory_failure",
    "request_ocsp", "require_ocsp", "require_revocation_status"};

bool ReadMode(ConfigReader& map, absl::string_view key, DaneMode& mode) {
  return map.Choice<DaneMode>(key,
                              {{"off", DaneMode::kOff},
                               {"opportunistic", DaneMode::kOpportunistic},
                               {"mandatory", DaneMode::kMandatory}},
                              mode);
}

bool ReadMandatoryFailure(ConfigReader& map, MandatoryFailure& failure) {
  return map.Choice<MandatoryFailure>(
      "mandatory_failure", {{"defer", MandatoryFailure::kDefer}, {"fail", MandatoryFailure::kFail}},
      failure);
}

void ReadPattern(ConfigReader& map, absl::string_view key, std::string& pattern) {
  std::string text;
  if (!map.Text(key, kMaxInputBytes, text)) return;
  if (text == "*") {
    pattern = text;
    return;
  }
  absl::string_view name = text;
  const bool below = absl::ConsumePrefix(&name, ".");
  const absl::StatusOr<std::string> normal = ParseHostName(name);
  if (!normal.ok()) {
    map.Wrong(key, absl::StrCat(QuoteForError(text), " is no pattern: ", normal.status().message(),
                                "; allowed: example.org (that name), .example.org (every name "
                                "below it), \"*\" (every name)"));
    return;
  }
  pattern = absl::StrCat(below ? "." : "", *normal);
}

void ReadOcsp(ConfigReader& map, PolicyRule& rule) {
  RequestOcsp request = RequestOcsp::kAuto;
  if (map.Choice<RequestOcsp>("request_ocsp",
                              {{"auto", RequestOcsp::kAuto},
                               {"always", RequestOcsp::kAlways},
                               {"never", RequestOcsp::kNever}},
                              request)) {
    rule.request_ocsp = request;
  }
  map.Bool("require_ocsp", rule.require_ocsp);
  map.Bool("require_revocation_status", rule.require_revocation_status);
  if (rule.require_ocsp && rule.request_ocsp == RequestOcsp::kNever) {
    map.Wrong("request_ocsp",
              "no staple comes that is not asked for; allowed: never without require_ocsp, or "
              "require_ocsp with always or auto");
  }
}

void ReadRule(ConfigReader& map, PolicyRule& rule) {
  if (map.Has("domain") == map.Has("mx_host")) {
    map.errors().Add(map.path(), map.line(), "give exactly one of domain, mx_host");
  }
  rule.subject = map.Has("mx_host") ? PolicyRule::Subject::kMxHost : PolicyRule::Subject::kDomain;
  ReadPattern(map, "domain", rule.pattern);
  ReadPattern(map, "mx_host", rule.pattern);

  DaneMode mode = DaneMode::kOpportunistic;
  if (ReadMode(map, "mode", mode)) rule.mode = mode;
  bool audit = false;
  if (map.Bool("audit", audit)) rule.audit = audit;
  MandatoryFailure failure = MandatoryFailure::kDefer;
  if (ReadMandatoryFailure(map, failure)) rule.mandatory_failure = failure;

  ReadOcsp(map, rule);

  const auto sets = [&map](absl::string_view key) { return map.Has(key); };
  if (std::none_of(std::begin(kRuleKeys), std::end(kRuleKeys), sets)) {
    map.errors().Add(
        map.path(), map.line(),
        absl::StrCat("sets nothing; give at least one of ", absl::StrJoin(kRuleKeys, ", ")));
  }
  if (rule.audit == true && rule.mode == DaneMode::kMandatory) {
    map.Wrong("audit",
              "an audit lets mail through that mandatory must hold back; allowed: audit "
              "with mode opportunistic, or mode mandatory without audit");
  }
}

}  // namespace

void ReadPolicyRules(ConfigReader map, PolicyRules& rules) {
  ReadMode(map, "default_mode", rules.default_mode);
  ReadMandatoryFailure(map, rules.mandatory_failure);
  map.Choice<bool>("insecure_mx", {{"dane", true}, {"opportunistic", false}},
                   rules.dane_for_insecure_mx);
  std::string text;
  if (map.Text("digests", 1024, text)) {
    absl::StatusOr<std::vector<DigestAlgorithm>> digests = ParseDigestOrder(text);
    if (digests.ok()) {
      rules.digests = *std::move(digests);
    } else {
      map.Wrong("digests", absl::StrCat(QuoteForError(text), ": ", digests.status().message(),
                                        "; allowed: digests, strongest first, such as "
                                        "sha512,sha256 or sha3-256=3,sha256"));
    }
  }
  map.Bool("request_ocsp_otherwise", rules.request_ocsp_otherwise);
  map.Duration("failure_ttl", absl::ZeroDuration(), absl::Minutes(5), rules.failure_ttl);
  map.Integer("max_hosts", 1, 100, rules.max_hosts);
  map.Maps("rules", kMaxRules, [&](ConfigReader& entry) {
    PolicyRule rule;
    ReadRule(entry, rule);
    rules.rules.push_back(std::move(rule));
  });
  map.Finish();
}

}  // namespace postern
