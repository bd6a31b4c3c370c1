#include "client/posternctl/tlsa_group.h"

#include <string>

namespace postern::posternctl {

CLI::App& TlsaGroup(CLI::App& app) {
  static constexpr char kName[] = "tlsa";
  const auto found =
      app.get_subcommands([](const CLI::App* command) { return command->get_name() == kName; });
  if (!found.empty()) return *found.front();
  CLI::App* group = app.add_subcommand(kName, "TLSA records for those who publish them.");
  // None is an error of RunApp.
  group->require_subcommand(0, 1);
  return *group;
}

}  // namespace postern::posternctl
