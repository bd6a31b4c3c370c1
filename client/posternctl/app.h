// The command line of posternctl: global options, the commands, and usage errors.
#ifndef POSTERN_CLIENT_POSTERNCTL_APP_H_
#define POSTERN_CLIENT_POSTERNCTL_APP_H_

#include "client/posternctl/command.h"

namespace postern::posternctl {

// RunApp parses the command line, runs the command and gives the exit status.
// $POSTERN_SERVER is read here.
int RunApp(int argc, const char* const* argv, Terminal& terminal);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_APP_H_
