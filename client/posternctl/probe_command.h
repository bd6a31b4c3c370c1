// posternctl probe: how would a delivery to these hosts go?
#ifndef POSTERN_CLIENT_POSTERNCTL_PROBE_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_PROBE_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewProbeCommand makes "probe".
std::unique_ptr<Command> NewProbeCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PROBE_COMMAND_H_
