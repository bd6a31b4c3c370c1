// "ocsp fetch".
#ifndef POSTERN_CLIENT_POSTERNCTL_OCSP_FETCH_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_OCSP_FETCH_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

std::unique_ptr<Command> NewOcspFetchCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_OCSP_FETCH_COMMAND_H_
