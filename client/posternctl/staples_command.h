// "staples list", "staples show", "staples refresh" and "staples watch".
#ifndef POSTERN_CLIENT_POSTERNCTL_STAPLES_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_STAPLES_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

std::unique_ptr<Command> NewStaplesListCommand();
std::unique_ptr<Command> NewStaplesShowCommand();
std::unique_ptr<Command> NewStaplesRefreshCommand();
std::unique_ptr<Command> NewStaplesWatchCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_STAPLES_COMMAND_H_
