#include "client/posternctl/command_group.h"

namespace postern::posternctl {

CLI::App& CommandGroup(CLI::App& app, const std::string& name, const std::string& description) {
  const auto found =
      app.get_subcommands([&](const CLI::App* command) { return command->get_name() == name; });
  if (!found.empty()) return *found.front();
  CLI::App* group = app.add_subcommand(name, description);
  // None is an error of RunApp.
  group->require_subcommand(0, 1);
  return *group;
}

}  // namespace postern::posternctl
