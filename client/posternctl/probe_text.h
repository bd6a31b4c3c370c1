// What "probe" found, as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_PROBE_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_PROBE_TEXT_H_

#include <string>

#include "client/posternctl/report.pb.h"
#include "client/posternctl/text.h"

namespace postern::posternctl {

// ProbeText tells of the policy, then a line for each host that says how it is, and
// below it what came of each address.
std::string ProbeText(const Probe& probe, const TextOptions& options);

// ExitStatusOf gives the policy's exit status if it has no host to try; else 0 if a
// host may be delivered to, 1 if one was reached and none may, 75 if none was
// reached.
int ExitStatusOf(const Probe& probe);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PROBE_TEXT_H_
