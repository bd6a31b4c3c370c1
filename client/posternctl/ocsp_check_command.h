// "ocsp check".
#ifndef POSTERN_CLIENT_POSTERNCTL_OCSP_CHECK_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_OCSP_CHECK_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

std::unique_ptr<Command> NewOcspCheckCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_OCSP_CHECK_COMMAND_H_
