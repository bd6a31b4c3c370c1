#include "client/posternctl/staples_command.h"

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/client.h"
#include "client/posternctl/call.h"
#include "client/posternctl/command_group.h"
#include "client/posternctl/error.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/json.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/report.pb.h"
#include "client/posternctl/revocation_status.h"
#include "client/posternctl/staples_text.h"
#include "client/posternctl/text.h"
#include "google/protobuf/message.h"
#include "postern/v1/revocation.pb.h"

namespace postern::posternctl {
namespace {

constexpr uint32_t kPageSize = 1000;

CLI::App& StaplesGroup(CLI::App& app) {
  return CommandGroup(app, "staples", "The staples of the configuration's certificates.");
}

// A certificate that the server does not have is an argument that is wrong.
int ReportStapleCall(const absl::Status& status, const Globals& globals, Terminal& terminal) {
  if (absl::IsNotFound(status) || absl::IsFailedPrecondition(status)) {
    return Fail(kExitUsage, status.message(), terminal);
  }
  return ReportCall(status, globals, terminal);
}

int Print(const v1::Staple& staple, int exit_status, const Globals& globals, Terminal& terminal) {
  if (globals.json) return PrintJson(staple, exit_status, terminal);
  terminal.out << StapleText(staple, {absl::Now(), terminal.colour});
  return exit_status;
}

class StaplesListCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    return StaplesGroup(app).add_subcommand(
        "list",
        "How do the certificates stand?\n"
        "Exit status: 0 well, 1 one is revoked, without a valid statement or unusable, 75 one "
        "waits for its first.");
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    v1::ListStaplesResponse all;
    v1::ListStaplesRequest request;
    request.set_page_size(kPageSize);
    do {
      absl::StatusOr<v1::ListStaplesResponse> page = client->ListStaples(request);
      if (!page.ok()) return ReportCall(page.status(), globals, terminal);
      request.set_page_token(page->next_page_token());
      all.mutable_staples()->MergeFrom(page->staples());
    } while (!request.page_token().empty());
    int status = kExitFavourable;
    std::vector<std::vector<std::string>> rows;
    const absl::Time now = absl::Now();
    for (const v1::Staple& staple : all.staples()) {
      const int one = ExitStatusOf(staple);
      if (status == kExitFavourable || (status == kExitDefer && one != kExitFavourable)) {
        status = one;
      }
      rows.push_back(StapleRow(staple, {now, terminal.colour}));
    }
    if (globals.json) return PrintJson(all, status, terminal);
    terminal.out << (rows.empty() ? "The configuration names no certificates.\n" : Table("", rows));
    return status;
  }
};

class StaplesShowCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = StaplesGroup(app).add_subcommand(
        "show",
        "How does one certificate stand?\n"
        "Exit status: 0 good, or there is nothing to staple; 1 revoked, without a valid\n"
        "statement or unusable; 75 it waits for its first.");
    command->add_option("NAME", name_, "The certificate's name, as list gives it")->required();
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    v1::GetStapleRequest request;
    request.set_name(name_);
    const absl::StatusOr<v1::GetStapleResponse> response = client->GetStaple(request);
    if (!response.ok()) return ReportStapleCall(response.status(), globals, terminal);
    return Print(response->staple(), ExitStatusOf(response->staple()), globals, terminal);
  }

 private:
  std::string name_;
};

class StaplesRefreshCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command =
        StaplesGroup(app).add_subcommand("refresh",
                                         "Fetches a staple now.\n"
                                         "Exit status: as show; 75 if the fetch failed.");
    command->add_option("NAME", name_, "The certificate's name, as list gives it")->required();
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    v1::RefreshStapleRequest request;
    request.set_name(name_);
    const absl::StatusOr<v1::RefreshStapleResponse> response = client->RefreshStaple(request);
    if (!response.ok()) return ReportStapleCall(response.status(), globals, terminal);
    const v1::Staple& staple = response->staple();
    int status = ExitStatusOf(staple);
    if (status == kExitFavourable && !staple.last_error().empty()) status = kExitDefer;
    return Print(staple, status, globals, terminal);
  }

 private:
  std::string name_;
};

class StaplesWatchCommand final : public Command {
 public:
  CLI::App* Register(CLI::App& app) override {
    CLI::App* command = StaplesGroup(app).add_subcommand(
        "watch",
        "Tells each certificate's staple, and each change, until it is interrupted; with\n"
        "--output json one line for each.\n"
        "Exit status: 69 the server cannot be watched.");
    command->add_option("NAME", names_, "Certificates; else all");
    return command;
  }

  int Run(const Globals& globals, Terminal& terminal) override {
    absl::StatusOr<Client> client = Connect(globals);
    if (!client.ok()) return ReportConnect(client.status(), terminal);
    v1::WatchStaplesRequest request;
    for (const std::string& name : names_) request.add_names(name);
    std::mutex mutex;
    std::condition_variable changed;
    absl::Status end;
    bool brought_any = false;
    StapleWatch::Handlers handlers;
    handlers.on_staples = [&](const v1::WatchStaplesResponse& response) {
      std::lock_guard<std::mutex> lock(mutex);
      brought_any = true;
      Tell(response, globals, terminal);
    };
    const auto on_end = [&](const absl::Status& status) {
      std::lock_guard<std::mutex> lock(mutex);
      end = status.ok() ? absl::UnavailableError("the server ended the stream") : status;
      changed.notify_all();
    };
    handlers.on_end = on_end;
    handlers.on_disconnect = [&](const absl::Status& status) {
      {
        std::lock_guard<std::mutex> lock(mutex);
        if (brought_any) {
          Warn(absl::StrCat("no answer from ", globals.server, ": ", status.message(),
                            ": the stream is opened again"),
               terminal);
          return;
        }
      }
      on_end(status);  // one that was never there is a mistake
    };
    const std::unique_ptr<StapleWatch> watch = client->WatchStaples(request, std::move(handlers));
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return !end.ok(); });
    const absl::Status status = end;
    lock.unlock();
    return ReportCall(status, globals, terminal);
  }

 private:
  static void Line(const google::protobuf::Message& message, Terminal& terminal) {
    const absl::StatusOr<std::string> json = JsonLine(message);
    if (json.ok()) terminal.out << *json << "\n";
  }

  static void Tell(const v1::WatchStaplesResponse& response, const Globals& globals,
                   Terminal& terminal) {
    const TextOptions options = {absl::Now(), terminal.colour};
    for (const v1::Staple& staple : response.staples()) {
      if (globals.json) {
        Line(staple, terminal);
      } else {
        terminal.out << Table("", {StapleRow(staple, options)});
      }
    }
    for (const std::string& name : response.removed_names()) {
      if (globals.json) {
        RemovedStaple removed;
        removed.set_name(name);
        removed.set_removed(true);
        Line(removed, terminal);
      } else {
        terminal.out << Table("", {{Printable(name), "REMOVED"}});
      }
    }
    terminal.out.flush();
  }

  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Command> NewStaplesListCommand() { return std::make_unique<StaplesListCommand>(); }
std::unique_ptr<Command> NewStaplesShowCommand() { return std::make_unique<StaplesShowCommand>(); }
std::unique_ptr<Command> NewStaplesRefreshCommand() {
  return std::make_unique<StaplesRefreshCommand>();
}
std::unique_ptr<Command> NewStaplesWatchCommand() {
  return std::make_unique<StaplesWatchCommand>();
}

}  // namespace postern::posternctl
