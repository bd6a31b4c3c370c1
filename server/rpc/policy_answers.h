// What every form of the policy question does alike: check, remember, wait.
#ifndef POSTERN_SERVER_RPC_POLICY_ANSWERS_H_
#define POSTERN_SERVER_RPC_POLICY_ANSWERS_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/io/clock.h"
#include "server/io/policy/policy_cache.h"
#include "server/rpc/admission.h"

namespace postern {

// PolicyAnswers answers questions. Thread safe.
class PolicyAnswers {
 public:
  // `validating` says whether the resolver's self-test lets DNS answers be
  // believed (RFC 7672, section 2.1.1). All must outlive this.
  PolicyAnswers(PolicyCache& cache, const Clock& clock, Admission& admission,
                std::function<bool()> validating)
      : cache_(cache), clock_(clock), admission_(admission), validating_(std::move(validating)) {}

  // Now is read once for a request.
  absl::Time Now() const { return clock_.Now(); }

  // Remembered answers at once, or returns null: the answer has to be fetched.
  PolicyRef Remembered(const PolicyQuestion& question, absl::Time now);

  // Fetch brings the answer to the waiter. False where too much waits already.
  // For each admitted one Done is called once it does not wait any more.
  bool Fetch(const PolicyQuestion& question, std::shared_ptr<PolicyWaiter> waiter);
  // Done also gives what is to be answered: the policy that came, or, where the
  // resolver has been found not to validate meanwhile, that.
  PolicyRef Done(PolicyRef policy);

 private:
  PolicyCache& cache_;
  const Clock& clock_;
  Admission& admission_;
  const std::function<bool()> validating_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_POLICY_ANSWERS_H_
