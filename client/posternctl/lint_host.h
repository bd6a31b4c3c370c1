// How a host's published TLSA records are to the chain that its server sends, and
// to the one that it will send (RFC 7671, section 8). Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_LINT_HOST_H_
#define POSTERN_CLIENT_POSTERNCTL_LINT_HOST_H_

#include "client/posternctl/lint_question.h"
#include "client/posternctl/report.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

// LintHost compares; the steps come from lint_steps.h.
HostLint LintHost(const v1::HostPolicy& host, const LintQuestion& question);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_LINT_HOST_H_
