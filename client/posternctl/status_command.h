// posternctl status: how is the server?
#ifndef POSTERN_CLIENT_POSTERNCTL_STATUS_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_STATUS_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewStatusCommand makes "status".
std::unique_ptr<Command> NewStatusCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_STATUS_COMMAND_H_
