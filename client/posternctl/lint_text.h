// What "tlsa lint" found, as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_LINT_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_LINT_TEXT_H_

#include <string>

#include "client/posternctl/report.pb.h"
#include "client/posternctl/text.h"

namespace postern::posternctl {

// LintText tells of the domain, then of each host: its records, what is wrong, what
// to do.
std::string LintText(const TlsaLint& lint, const TextOptions& options);

// ExitStatusOf gives 1 if a host's records are bad, else 75 if a lookup failed, else
// 0 if a host has records, else 1.
int ExitStatusOf(const TlsaLint& lint);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_LINT_TEXT_H_
