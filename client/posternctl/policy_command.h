// posternctl policy: how may I deliver to this domain?
#ifndef POSTERN_CLIENT_POSTERNCTL_POLICY_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_POLICY_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewPolicyCommand makes "policy".
std::unique_ptr<Command> NewPolicyCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_POLICY_COMMAND_H_
