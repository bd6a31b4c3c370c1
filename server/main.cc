// posternd: reads the configuration, serves until SIGTERM or SIGINT, drains.
#include <signal.h>
#include <time.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "postern/version.h"
#include "server/config.h"
#include "server/config_files.h"
#include "server/file_limit.h"
#include "server/log.h"
#include "server/server.h"

namespace postern {
namespace {

// sysexits.h
constexpr int kUsage = 64;
constexpr int kCannotCreate = 73;
constexpr int kUnavailable = 69;
constexpr int kBadConfig = 78;

// The signals that end the server, blocked in this thread and those it makes.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Writes to a file beside it, so that the file is whole once it is there.
bool WriteReadyFile(const std::string& path, const Server& server) {
  const std::string unfinished = path + ".tmp";
  {
    std::ofstream file(unfinished);
    for (const std::string& address : server.addresses()) file << address << "\n";
    if (!file.flush()) return false;
  }
  return std::rename(unfinished.c_str(), path.c_str()) == 0;
}

int Serve(const Config& config, const std::string& ready_file) {
  const sigset_t signals = BlockSignals();
  StartLog(config.log);
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(config);
  if (!server.ok()) {
    std::cerr << "posternd: " << server.status().message() << "\n";
    return server.status().code() == absl::StatusCode::kInvalidArgument ? kBadConfig : kUnavailable;
  }
  if (!ready_file.empty() && !WriteReadyFile(ready_file, **server)) {
    std::cerr << "posternd: --ready-file: cannot write " << ready_file << "\n";
    return kCannotCreate;
  }
  const timespec second = {1, 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0) (*server)->Tick();
  (*server)->Drain();
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("posternd, the Postern server: a TLS-policy service for mail.");
  app.set_version_flag("--version", std::string("posternd ") + kVersion);
  std::string config_file;
  std::string check_file;
  std::string ready_file;
  app.add_option("--config", config_file, "YAML file; without one the embedded defaults hold");
  app.add_option("--check-config", check_file, "check a YAML file, print what is wrong, and end");
  app.add_option("--ready-file", ready_file,
                 "write the addresses here, one a line, once they are served");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : kUsage;
  }
  Config config;
  const std::string& file = check_file.empty() ? config_file : check_file;
  if (!file.empty()) {
    absl::StatusOr<Config> loaded = LoadConfig(file, SystemConfigChecks());
    if (!loaded.ok()) {
      std::cerr << loaded.status().message() << "\n";
      return kBadConfig;
    }
    config = *std::move(loaded);
  }
  if (!check_file.empty()) {
    std::cout << check_file << ": good\n";
    return 0;
  }
  return Serve(config, ready_file);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  // Debian's Abseil has the detector on, and it aborts on false alarms.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  postern::RaiseFileLimit();
  return postern::Main(argc, argv);
}
