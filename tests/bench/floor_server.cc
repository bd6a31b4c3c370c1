// floor_server: what PolicyService is measured against. It has the same messages and the
// same limits, and does nothing: every question gets the answer that a real server gave
// for one domain (floor_service.h).
//
//   floor_server --copy ADDRESS --domain NAME [--raw]
//
// It listens on a port of its own choice, prints "listening PORT", and ends with SIGTERM.
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "tests/bench/fixed_answers.h"
#include "tests/bench/floor_service.h"
#include "tests/bench/serve_floor.h"

namespace postern {
namespace {

int Main(int argc, char** argv) {
  CLI::App app("floor_server: PolicyService that does nothing.");
  std::string copy;
  std::string domain;
  bool raw = false;
  app.add_option("--copy", copy, "the server whose answer is given")->required();
  app.add_option("--domain", domain, "the domain whose answer is given")->required();
  app.add_flag("--raw", raw, "send bytes, not messages");
  CLI11_PARSE(app, argc, argv);

  BlockEndSignals();
  const absl::StatusOr<FixedAnswers> answers = FetchAnswers(copy, domain);
  if (!answers.ok()) {
    std::fprintf(stderr, "floor_server: %s: %s\n", copy.c_str(),
                 answers.status().ToString().c_str());
    return 1;
  }
  const auto service = raw ? NewRawFloor(*answers) : NewGeneratedFloor(*answers);
  return ServeFloor(*service);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return postern::Main(argc, argv);
}
