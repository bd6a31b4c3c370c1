// "tlsa", which holds commands and is none itself.
#ifndef POSTERN_CLIENT_POSTERNCTL_TLSA_GROUP_H_
#define POSTERN_CLIENT_POSTERNCTL_TLSA_GROUP_H_

#include "CLI/CLI.hpp"

namespace postern::posternctl {

// TlsaGroup gives the parser of "tlsa", made when it is first asked for.
CLI::App& TlsaGroup(CLI::App& app);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_TLSA_GROUP_H_
