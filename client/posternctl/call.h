// From the global options to a client, and from a failed call to a line and an
// exit status.
#ifndef POSTERN_CLIENT_POSTERNCTL_CALL_H_
#define POSTERN_CLIENT_POSTERNCTL_CALL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/posternctl/command.h"
#include "google/protobuf/message.h"

namespace postern::posternctl {

// Connect makes a client that reports failures as errors. Fails as Client::Create.
absl::StatusOr<Client> Connect(const Globals& globals);

// ReportConnect prints why Connect failed, and gives the exit status.
int ReportConnect(const absl::Status& status, Terminal& terminal);

// ReportCall prints why a call failed and what to do next, and gives the exit
// status.
int ReportCall(const absl::Status& status, const Globals& globals, Terminal& terminal);

// PrintJson prints the message; exit_status, or 70 and a line if there is no JSON
// for it.
int PrintJson(const google::protobuf::Message& message, int exit_status, Terminal& terminal);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_CALL_H_
