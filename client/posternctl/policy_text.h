// A domain's policy as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_POLICY_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_POLICY_TEXT_H_

#include <string>

#include "client/posternctl/text.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

// PolicyText tells the domain's verdict, then each host in the order to try,
// then the trace if the policy holds one.
std::string PolicyText(const v1::DomainPolicy& policy, const TextOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_POLICY_TEXT_H_
