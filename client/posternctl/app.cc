#include "client/posternctl/app.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/time/time.h"
#include "client/posternctl/crl_check_command.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/ocsp_check_command.h"
#include "client/posternctl/ocsp_fetch_command.h"
#include "client/posternctl/policy_command.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/probe_command.h"
#include "client/posternctl/staples_command.h"
#include "client/posternctl/status_command.h"
#include "client/posternctl/tlsa_generate_command.h"
#include "client/posternctl/tlsa_lint_command.h"
#include "client/posternctl/verify_command.h"
#include "postern/version.h"

namespace postern::posternctl {
namespace {

constexpr char kFooter[] = R"(
Exit status:
   0  the answer is favourable
   1  the answer is a refusal
  64  usage: the message names the argument or the field
  65  an input file cannot be used
  69  no answer from the server
  70  a bug, or standard output cannot be written
  75  defer: a temporary failure, try later)";

void AddGlobals(CLI::App& app, Globals& globals) {
  app.add_option("--server", globals.server,
                 "The server as gRPC names it: localhost:8425, unix:/run/postern/postern.sock, "
                 "dns:///postern.example:8425")
      ->type_name("ADDR")
      ->envname("POSTERN_SERVER")
      ->check([](const std::string& text) {
        return text.empty() ? "is empty: name the server, such as localhost:8425" : std::string();
      })
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--timeout",
         [&globals](const std::string& text) {
           if (!absl::ParseDuration(text, &globals.timeout) ||
               globals.timeout <= absl::ZeroDuration()) {
             throw CLI::ValidationError("--timeout",
                                        "'" + text + "' is no duration: write 10s or 500ms");
           }
         },
         "How long to wait for an answer, retries included")
      ->type_name("DURATION")
      ->default_str("10s");
  CLI::Option* ca =
      app.add_option("--ca", globals.ca, "PEM file of the CA of the server's certificate: use TLS")
          ->type_name("FILE");
  CLI::Option* cert =
      app.add_option("--cert", globals.cert, "PEM file of our certificate")->type_name("FILE");
  CLI::Option* key =
      app.add_option("--key", globals.key, "PEM file of our certificate's key")->type_name("FILE");
  cert->needs(ca, key);
  key->needs(cert);
  app.add_option_function<std::string>(
         "--output", [&globals](const std::string& format) { globals.json = format == "json"; },
         "json: one document for scripts; text: for people")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->default_str("text");
}

int ReportUsage(const CLI::ParseError& error, Terminal& terminal) {
  terminal.err << "posternctl: " << Printable(error.what()) << "; posternctl --help tells more\n";
  return kExitUsage;
}

}  // namespace

int RunApp(int argc, const char* const* argv, Terminal& terminal) {
  CLI::App app("Asks Postern, the TLS-policy service for mail.", "posternctl");
  app.set_version_flag("--version", std::string("posternctl ") + kVersion);
  app.footer(kFooter);
  app.fallthrough();
  // None is an error too, below: CLI11 would not name a command that it does not
  // know.
  app.require_subcommand(0, 1);
  Globals globals;
  AddGlobals(app, globals);

  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> commands;
  for (auto make : {NewPolicyCommand, NewVerifyCommand, NewProbeCommand, NewTlsaGenerateCommand,
                    NewTlsaLintCommand, NewOcspCheckCommand, NewOcspFetchCommand,
                    NewCrlCheckCommand, NewStaplesListCommand, NewStaplesShowCommand,
                    NewStaplesRefreshCommand, NewStaplesWatchCommand, NewStatusCommand}) {
    std::unique_ptr<Command> command = make();
    CLI::App* parser = command->Register(app);
    commands.emplace_back(parser, std::move(command));
  }

  int status = kExitFavourable;
  try {
    app.parse(argc, argv);
    Command* asked = nullptr;
    for (auto& [parser, command] : commands) {
      if (parser->parsed()) asked = command.get();
    }
    if (asked == nullptr) {
      throw CLI::RequiredError("a command, such as policy, status or tlsa generate,");
    }
    status = asked->Run(globals, terminal);
  } catch (const CLI::Success& help_or_version) {
    app.exit(help_or_version, terminal.out, terminal.err);
  } catch (const CLI::ParseError& error) {
    return ReportUsage(error, terminal);
  }
  if (!terminal.out.flush()) {
    terminal.err << "posternctl: standard output cannot be written: is the disk full?\n";
    return kExitBug;
  }
  return status;
}

}  // namespace postern::posternctl
