// One line on standard error, and an exit status.
#ifndef POSTERN_CLIENT_POSTERNCTL_ERROR_H_
#define POSTERN_CLIENT_POSTERNCTL_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/posternctl/command.h"

namespace postern::posternctl {

// Fail prints the message as one line and gives the exit status.
int Fail(int exit_status, absl::string_view message, Terminal& terminal);

// FailInput is Fail with 65 for an input file's status.
int FailInput(const absl::Status& status, Terminal& terminal);

// Warn prints a line that changes no exit status.
void Warn(absl::string_view message, Terminal& terminal);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_ERROR_H_
