// A domain of two MX hosts with DANE, without DNS. For the bench's programs.
#ifndef POSTERN_TESTS_BENCH_TWO_HOSTS_H_
#define POSTERN_TESTS_BENCH_TWO_HOSTS_H_

#include <string>

#include "absl/time/time.h"
#include "server/core/dane/answer_reader.h"
#include "server/core/dane/policy.h"
#include "server/io/policy/policy_cache.h"
#include "server/io/policy/policy_source.h"

namespace postern {

// TwoHostsAnswers returns the secure answers that the policy of `domain` rests on:
// mx1 and mx2 below it, each with an address and a usable TLSA record.
AnswerMap TwoHostsAnswers(const std::string& domain, absl::Time now);

// TwoHostsSource finds such a policy for every question, inside Find.
class TwoHostsSource final : public PolicySource {
 public:
  explicit TwoHostsSource(absl::Time now) : now_(now) {}

  void Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
            Callback done) override;

 private:
  const absl::Time now_;
};

// NoWaiter does not care.
class NoWaiter final : public PolicyWaiter {
 public:
  void OnPolicy(PolicyRef) override {}
  bool Cancelled() const override { return false; }
};

}  // namespace postern

#endif  // POSTERN_TESTS_BENCH_TWO_HOSTS_H_
