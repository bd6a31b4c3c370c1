// What the commands of posternctl share. One command, one file.
#ifndef POSTERN_CLIENT_POSTERNCTL_COMMAND_H_
#define POSTERN_CLIENT_POSTERNCTL_COMMAND_H_

#include <ostream>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/time/time.h"

namespace postern::posternctl {

// Globals are the options that stand before the command (or after it).
struct Globals {
  std::string server = "localhost:8425";
  absl::Duration timeout = absl::Seconds(10);
  std::string ca;
  std::string cert;
  std::string key;
  bool json = false;
};

// Terminal is where output goes.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  // Text may be coloured.
  bool colour = false;
};

// Command is one command.
class Command {
 public:
  virtual ~Command() = default;

  // Register adds the command and its options to the command line. Called once.
  virtual CLI::App* Register(CLI::App& app) = 0;

  // Run does what the parsed command line says and gives the exit status.
  virtual int Run(const Globals& globals, Terminal& terminal) = 0;
};

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_COMMAND_H_
