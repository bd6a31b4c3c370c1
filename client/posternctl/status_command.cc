#include "client/posternctl/status_command.h"

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/status_text.h"
#include "postern/v1/admin.pb.h"

namespace postern::posternctl {
namespace {

class StatusCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    return app.add_subcommand("status",
                              "How is the server? Its parts, its cache and its resolver.\n"
                              "Exit status: 0 all parts are healthy, 75 one is not.");
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    absl::StatusOr<v1::GetStatusResponse> status = client->GetStatus();
    if (!status.ok()) return ReportCall(status.status(), globals, terminal);
    if (globals.json) return PrintJson(*status, ExitStatusOf(*status), terminal);
    terminal.out << StatusText(*status, {absl::Now(), terminal.colour});
    return ExitStatusOf(*status);
  }
};

}  // namespace

std::unique_ptr<Command> NewStatusCommand() { return std::make_unique<StatusCommand>(); }

}  // namespace postern::posternctl
