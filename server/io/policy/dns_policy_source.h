// Gathers the DNS answers that the decision wants.
#ifndef POSTERN_SERVER_IO_POLICY_DNS_POLICY_SOURCE_H_
#define POSTERN_SERVER_IO_POLICY_DNS_POLICY_SOURCE_H_

#include "absl/time/time.h"
#include "server/core/dane/policy.h"
#include "server/io/clock.h"
#include "server/io/dns/resolver.h"
#include "server/io/policy/policy_source.h"

namespace postern {

// DnsPolicySource asks a Resolver. It outlives no lookup: the resolver must have
// called back for all of them before it goes.
class DnsPolicySource : public PolicySource {
 public:
  struct Options {
    absl::Duration question_deadline = absl::Seconds(5);  // of one DNS question
    absl::Duration lookup_deadline = absl::Seconds(10);   // of all of a policy
  };

  // All three must outlive the source.
  DnsPolicySource(Resolver& resolver, const Clock& clock, const PolicyRules& rules,
                  const Options& options)
      : resolver_(resolver), clock_(clock), rules_(rules), options_(options) {}

  void Find(const PolicyQuestion& question, int generation, StillWanted still_wanted,
            Callback done) override;

 private:
  class Lookup;

  Resolver& resolver_;
  const Clock& clock_;
  const PolicyRules& rules_;
  const Options options_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_POLICY_DNS_POLICY_SOURCE_H_
