// posternctl: the command line of Postern.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/synchronization/mutex.h"
#include "client/posternctl/app.h"
#include "client/posternctl/command.h"

int main(int argc, char** argv) {
  // Debian's Abseil would abort on what it takes for a deadlock inside gRPC.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // An error is one line, and ours; gRPC's log comes when it is asked for.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const char* no_colour = std::getenv("NO_COLOR");
  const bool colour = isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
  postern::posternctl::Terminal terminal{std::cout, std::cerr, colour};
  return postern::posternctl::RunApp(argc, argv, terminal);
}
