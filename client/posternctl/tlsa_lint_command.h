// posternctl tlsa lint: do the published TLSA records match this certificate?
#ifndef POSTERN_CLIENT_POSTERNCTL_TLSA_LINT_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_TLSA_LINT_COMMAND_H_

#include <memory>

#include "client/posternctl/command.h"

namespace postern::posternctl {

// NewTlsaLintCommand makes "tlsa lint".
std::unique_ptr<Command> NewTlsaLintCommand();

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TLSA_LINT_COMMAND_H_
