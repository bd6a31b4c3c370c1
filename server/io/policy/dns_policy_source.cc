#include "server/io/policy/dns_policy_source.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "server/core/dane/answer_reader.h"
#include "server/core/dane/evaluate.h"
#include "server/core/dns/answer.h"
#include "server/io/mutex.h"

namespace postern {
namespace {

// Of a domain of two hosts with DANE: MX, and A, AAAA, TLSA of each.
constexpr size_t kUsualQuestions = 7;

}  // namespace

// One policy under way. Each answer that comes is taken in, and what it makes
// wanted is asked, on the thread that brings it.
class DnsPolicySource::Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  Lookup(DnsPolicySource& source, const PolicyQuestion& question, int generation,
         StillWanted still_wanted, Callback done)
      : source_(source),
        question_(question),
        generation_(generation),
        still_wanted_(std::move(still_wanted)),
        done_(std::move(done)),
        give_up_(source.clock_.Now() + source.options_.lookup_deadline) {
    answers_.reserve(kUsualQuestions);
    asked_.reserve(kUsualQuestions);
  }

  void Advance(const DnsQuestion* question, DnsAnswer answer) {
    std::vector<DnsQuestion> fresh;
    std::optional<DomainPolicy> policy;
    {
      MutexLock lock(mutex_);
      if (finished_) return;
      if (question != nullptr) answers_[*question] = std::move(answer);
      policy = Evaluate(fresh);
      finished_ = policy.has_value();
    }
    if (policy) return done_(*std::move(policy));
    for (const DnsQuestion& next : fresh) Ask(next);
  }

 private:
  // Returns the policy, or else adds the questions to ask now.
  std::optional<DomainPolicy> Evaluate(std::vector<DnsQuestion>& fresh) POSTERN_REQUIRES(mutex_) {
    const absl::Time now = source_.clock_.Now();
    if (!still_wanted_()) return GivenUp(now);
    Evaluation evaluation = postern::Evaluate(question_, source_.rules_, answers_, now);
    if (evaluation.Done()) return std::move(evaluation.policy);
    for (DnsQuestion& wanted : evaluation.wanted) {
      if (asked_.insert(wanted).second) fresh.push_back(std::move(wanted));
    }
    return std::nullopt;
  }

  DomainPolicy GivenUp(absl::Time now) const {
    DomainPolicy policy;
    policy.domain = question_.next_hop;
    policy.expire_time = now;
    policy.detail = "given up: nobody waits for the answer any more";
    return policy;
  }

  void Ask(const DnsQuestion& question) {
    const absl::Time deadline =
        std::min(give_up_, source_.clock_.Now() + source_.options_.question_deadline);
    source_.resolver_.Resolve(question, deadline, generation_,
                              [self = shared_from_this(), question](DnsAnswer answer) {
                                self->Advance(&question, std::move(answer));
                              });
  }

  DnsPolicySource& source_;
  const PolicyQuestion question_;
  const int generation_;
  const StillWanted still_wanted_;
  const Callback done_;
  const absl::Time give_up_;

  Mutex mutex_;
  AnswerMap answers_ POSTERN_GUARDED_BY(mutex_);
  absl::flat_hash_set<DnsQuestion> asked_ POSTERN_GUARDED_BY(mutex_);
  bool finished_ POSTERN_GUARDED_BY(mutex_) = false;
};

void DnsPolicySource::Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
                           Callback done) {
  std::make_shared<Lookup>(*this, question, generation, std::move(still_wanted), std::move(done))
      ->Advance(nullptr, DnsAnswer());
}

}  // namespace postern
