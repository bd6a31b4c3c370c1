// posternctl tlsa generate: which TLSA record matches this certificate? Asks no
// server.
#ifndef POSTERN_CLIENT_POSTERNCTL_TLSA_GENERATE_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_TLSA_GENERATE_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewTlsaGenerateCommand makes "tlsa generate".
std::unique_ptr<Command> NewTlsaGenerateCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TLSA_GENERATE_COMMAND_H_
