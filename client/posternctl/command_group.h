// A word that holds commands and is none itself: "tlsa", "ocsp".
#ifndef POSTERN_CLIENT_POSTERNCTL_COMMAND_GROUP_H_
#define POSTERN_CLIENT_POSTERNCTL_COMMAND_GROUP_H_

#include <string>

#include "CLI/CLI.hpp"

namespace postern::posternctl {

// CommandGroup gives the parser of a word, made when it is first asked for.
CLI::App& CommandGroup(CLI::App& app, const std::string& name, const std::string& description);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_COMMAND_GROUP_H_
