// "crl check".
#ifndef POSTERN_CLIENT_POSTERNCTL_CRL_CHECK_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_CRL_CHECK_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

std::unique_ptr<Command> NewCrlCheckCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_CRL_CHECK_COMMAND_H_
