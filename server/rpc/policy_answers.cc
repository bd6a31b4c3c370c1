#include "server/rpc/policy_answers.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "server/rpc/policy_wire.h"

namespace postern {
namespace {

// A worker asks again when the next self-test may have ended.
constexpr absl::Duration kNotValidatingTtl = absl::Seconds(5);

PolicyRef NotValidating(absl::string_view next_hop, absl::Time now) {
  DomainPolicy policy;
  policy.domain = std::string(next_hop);
  policy.verdict = DomainPolicy::Verdict::kDefer;
  policy.reason = DomainPolicy::Reason::kResolverNotValidating;
  policy.expire_time = now + kNotValidatingTtl;
  policy.detail = "the resolver's self-test has not found DNSSEC to work; see GetStatus";
  return PolicyEntry::Create("", EncodePolicy(policy), now, policy.expire_time, 0);
}

}  // namespace

PolicyRef PolicyAnswers::Remembered(const PolicyQuestion& question, absl::Time now) {
  if (!validating_()) return NotValidating(question.next_hop, now);
  return cache_.Lookup(question, now);
}

bool PolicyAnswers::Fetch(const PolicyQuestion& question, std::shared_ptr<PolicyWaiter> waiter) {
  if (!admission_.Enter()) return false;
  cache_.Fetch(question, std::move(waiter));
  return true;
}

PolicyRef PolicyAnswers::Done(PolicyRef policy) {
  admission_.Leave();
  if (!validating_()) return NotValidating(PolicyKeyNextHop(policy->key()), clock_.Now());
  return policy;
}

}  // namespace postern
