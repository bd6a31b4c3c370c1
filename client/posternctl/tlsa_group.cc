#include "client/posternctl/tlsa_group.h"

#include "client/posternctl/command_group.h"

namespace postern::posternctl {

CLI::App& TlsaGroup(CLI::App& app) {
  return CommandGroup(app, "tlsa", "TLSA records for those who publish them.");
}

}  // namespace postern::posternctl
