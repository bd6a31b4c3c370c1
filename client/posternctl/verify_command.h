// posternctl verify: is this certificate chain good?
#ifndef POSTERN_CLIENT_POSTERNCTL_VERIFY_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_VERIFY_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewVerifyCommand makes "verify".
std::unique_ptr<Command> NewVerifyCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_VERIFY_COMMAND_H_
