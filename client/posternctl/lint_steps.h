// What to do about a host's TLSA records: mend them, then roll over to the next
// certificate (RFC 7671, section 8.1). Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_LINT_STEPS_H_
#define POSTERN_CLIENT_POSTERNCTL_LINT_STEPS_H_

#include <string>
#include <vector>

#include "client/posternctl/lint_question.h"
#include "client/posternctl/report.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

// LintSteps gives the steps in their order, from what LintHost has found so far.
std::vector<std::string> LintSteps(const v1::HostPolicy& host, const HostLint& lint,
                                   const LintQuestion& question);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_LINT_STEPS_H_
