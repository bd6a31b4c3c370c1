#include "client/posternctl/error.h"

#include "client/posternctl/exit_status.h"
#include "client/posternctl/printable.h"

namespace postern::posternctl {

int Fail(int exit_status, absl::string_view message, Terminal& terminal) {
  terminal.err << "posternctl: " << Printable(message) << "\n";
  return exit_status;
}

int FailInput(const absl::Status& status, Terminal& terminal) {
  return Fail(kExitInputFile, status.message(), terminal);
}

void Warn(absl::string_view message, Terminal& terminal) {
  terminal.err << "posternctl: warning: " << Printable(message) << "\n";
}

}  // namespace postern::posternctl
