#include "server/core/rate/rate_rule.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "server/core/net/client_address.h"
#include "server/core/rate/gcra.h"
#include "server/core/rate/smoothed_rate.h"

namespace postern {
namespace {

bool IsNameByte(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; }

bool IsRuleName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxRuleNameBytes &&
         std::all_of(name.begin(), name.end(), IsNameByte);
}

bool IsReplyText(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxReplyTextBytes &&
         std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

class Errors {
 public:
  void Add(const absl::Status& status) {
    if (!status.ok()) lines_.emplace_back(status.message());
  }
  void AddUnless(bool good, absl::string_view what) {
    if (!good) lines_.emplace_back(what);
  }
  absl::Status ToStatus() const {
    if (lines_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(lines_, "\n"));
  }

 private:
  std::vector<std::string> lines_;
};

void CheckBurst(const RateRule& rule, Errors& errors) {
  if (!rule.burst) return;
  errors.AddUnless(rule.algorithm == RateAlgorithm::kGcra,
                   "burst is of the algorithm gcra; leave it out, or change the algorithm");
  if (!CheckLimit(*rule.burst).ok()) {
    errors.AddUnless(false,
                     absl::StrCat("burst is ", *rule.burst, "; it has to be 0 to ", kMaxCount));
  }
}

}  // namespace

absl::Status CheckRule(const RateRule& rule) {
  Errors errors;
  errors.AddUnless(IsRuleName(rule.name), absl::StrCat("name has to be 1 to ", kMaxRuleNameBytes,
                                                       " letters, digits, '-', '_' and '.'"));
  errors.Add(CheckLimit(rule.limit));
  errors.Add(RateLimit::Create(0, rule.period).status());
  CheckBurst(rule, errors);
  errors.AddUnless(
      rule.prefix_length_v4 >= 0 && rule.prefix_length_v4 <= 32,
      absl::StrCat("prefix_length_v4 is ", rule.prefix_length_v4, "; it has to be 0 to 32"));
  errors.AddUnless(
      rule.prefix_length_v6 >= 0 && rule.prefix_length_v6 <= 128,
      absl::StrCat("prefix_length_v6 is ", rule.prefix_length_v6, "; it has to be 0 to 128"));
  errors.AddUnless(rule.exceptions.size() <= kMaxExceptions,
                   absl::StrCat("exceptions are more than ", kMaxExceptions,
                                "; write unlimited networks into a network file"));
  errors.AddUnless(rule.reply.code >= 400 && rule.reply.code <= 599,
                   absl::StrCat("reply code is ", rule.reply.code,
                                "; it has to be 400 to 499 (try again) or 500 to 599 (do not)"));
  errors.AddUnless(IsReplyText(rule.reply.text),
                   absl::StrCat("reply text has to be 1 to ", kMaxReplyTextBytes,
                                " printing ASCII characters, on one line"));
  return errors.ToStatus();
}

absl::StatusOr<RuleMatcher> RuleMatcher::Create(RateRule rule) {
  if (absl::Status status = CheckRule(rule); !status.ok()) return status;
  const absl::StatusOr<RateLimit> limit = RateLimit::Create(rule.limit, rule.period);
  if (!limit.ok()) return limit.status();
  absl::StatusOr<PrefixTable> exceptions =
      PrefixTable::Create(rule.exceptions, PrefixOrder::kLongest);
  if (!exceptions.ok()) return exceptions.status();
  return RuleMatcher(std::move(rule), *limit, *std::move(exceptions));
}

RuleMatcher::RuleMatcher(RateRule rule, RateLimit limit, PrefixTable exceptions)
    : rule_(std::move(rule)), limit_(limit), exceptions_(std::move(exceptions)) {}

RateSubject RuleMatcher::SubjectOf(const IpAddress& client) const {
  int length = client.v4 ? rule_.prefix_length_v4 : rule_.prefix_length_v6;
  RateLimit limit = limit_;
  bool exempt = exceptions_.Find(client).has_value();
  std::optional<IpPrefix> network;
  if (rule_.networks != nullptr) {
    if (const std::optional<NetworkLimits::Match> match = rule_.networks->Find(client)) {
      exempt = exempt || match->limit.unlimited;
      limit = limit_.WithLimit(match->limit.limit);
      network = match->prefix;
      if (network) {
        length = match->limit.shared ? network->length : std::max(length, network->length);
      }
    }
  }
  return {PrefixOf(client, length), limit, rule_.burst.value_or(limit.limit()), exempt, network};
}

RateOutcome RuleMatcher::Decide(const RateSubject& subject, RateMode mode, EventCount count,
                                int64_t now, const RateState& state) const {
  if (rule_.algorithm == RateAlgorithm::kGcra) {
    return DecideGcra(subject.limit, subject.burst, mode, count, now, state);
  }
  return DecideSmoothed(subject.limit, mode, count, now, state);
}

bool RuleMatcher::IsSpent(const RateLimit& limit, EventCount least, int64_t now,
                          const RateState& state) const {
  if (rule_.algorithm == RateAlgorithm::kGcra) return GcraIsSpent(limit, now, state);
  return SmoothedIsSpent(limit, least, now, state);
}

}  // namespace postern
