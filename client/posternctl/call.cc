#include "client/posternctl/call.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/options.h"
#include "client/posternctl/exit_status.h"
#include "client/posternctl/json.h"
#include "client/posternctl/printable.h"

namespace postern::posternctl {
namespace {

std::string Explain(const absl::Status& status, const Globals& globals) {
  const std::string& server = globals.server;
  const absl::string_view message = status.message();
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return absl::StrCat("the server refuses the request: ", message);
    case absl::StatusCode::kUnavailable:
      return absl::StrCat("no answer from ", server, ": ", message,
                          ": check that posternd runs there, or name it with --server");
    case absl::StatusCode::kDeadlineExceeded:
      return absl::StrCat("no answer from ", server, " within ",
                          absl::FormatDuration(globals.timeout),
                          ": try again, or give more time with --timeout");
    case absl::StatusCode::kResourceExhausted:
      return absl::StrCat("no answer from ", server, ": ", message,
                          // Time does not help against a limit of the configuration.
                          absl::StrContains(message, "raise ") ? "" : ": try again later");
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return absl::StrCat("no answer from ", server, ": ", message,
                          ": check --ca, --cert and --key");
    case absl::StatusCode::kUnimplemented:
      return absl::StrCat("no answer from ", server, ": ", message,
                          ": check with --server that it is Postern, and not an older one");
    case absl::StatusCode::kInternal:
      return absl::StrCat("a bug met at ", server, ": ", message, ": report it");
    default:
      return absl::StrCat("no answer from ", server, ": ", status.ToString(),
                          ": check --server, or try again");
  }
}

}  // namespace

absl::StatusOr<Client> Connect(const Globals& globals) {
  Options options;
  options.target = globals.server;
  if (!globals.ca.empty()) options.tls = TlsFiles{globals.ca, globals.cert, globals.key};
  options.resolve_domain_policy = {globals.timeout, PolicyFailureMode::kReturnError};
  options.resolve_relay_policy = {globals.timeout, PolicyFailureMode::kReturnError};
  options.verify_handshake = {globals.timeout, HandshakeFailureMode::kReturnError};
  options.get_staple = {globals.timeout};
  options.list_staples = {globals.timeout};
  options.check_staple = {globals.timeout};
  options.refresh_staple = {globals.timeout};
  options.fetch_staple = {globals.timeout};
  options.check_crl = {globals.timeout};
  options.get_status = {globals.timeout};
  return Client::Create(options);
}

int ReportConnect(const absl::Status& status, Terminal& terminal) {
  if (absl::IsInvalidArgument(status)) {
    terminal.err << "posternctl: " << Printable(status.message()) << "\n";
    return kExitUsage;
  }
  // The message begins with the name of the member, which is the option's.
  terminal.err << "posternctl: --" << Printable(status.message()) << "\n";
  return kExitInputFile;
}

int ReportCall(const absl::Status& status, const Globals& globals, Terminal& terminal) {
  terminal.err << "posternctl: " << Printable(Explain(status, globals)) << "\n";
  return ExitStatusOfCall(status);
}

int PrintJson(const google::protobuf::Message& message, int exit_status, Terminal& terminal) {
  absl::StatusOr<std::string> json = Json(message);
  if (!json.ok()) {
    terminal.err << "posternctl: " << Printable(json.status().message()) << ": report it\n";
    return kExitBug;
  }
  terminal.out << *json;
  return exit_status;
}

}  // namespace postern::posternctl
