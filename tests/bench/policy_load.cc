// policy_load: asks servers of PolicyService about numbered domains, and prints what it
// measured, one JSON object a line.
//
//   policy_load compare --target NAME=ADDRESS... --rounds R --seconds S
//       asks the servers in turn, R times S seconds each, about the same domains
//   policy_load once --target NAME=ADDRESS
//       asks about each domain once, and counts the verdicts
//
// Both: --load unary|batch|stream --in-flight K --connections N
//       --zone ZONE --first I --count N --questions Q (of a stream's message; divides N)
//
// N connections have K / N messages or calls under way each: N divides K, and is 1 or even
// (two threads share them).
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/bench/load.h"
#include "tests/bench/load_in_turn.h"
#include "tests/bench/policy_requests.h"

namespace postern {
namespace {

struct Arguments {
  std::string load = "unary";
  std::vector<std::string> targets;
  DomainRange range;
  size_t in_flight = 1;
  size_t connections = 1;
  size_t questions = 1;
  int rounds = 1;
  double seconds = 1;
};

std::unique_ptr<Load> NewLoad(const Arguments& arguments, LoadOptions options) {
  options.method = PolicyMethod(arguments.load);
  const bool stream = arguments.load == "stream";
  options.requests = stream ? StreamRequests(arguments.range, arguments.questions)
                            : PolicyRequests(arguments.load, arguments.range);
  options.questions = arguments.questions;
  options.in_flight = arguments.in_flight;
  options.connections = arguments.connections;
  return stream ? NewStreamLoad(std::move(options)) : NewUnaryLoad(std::move(options));
}

// Says what would not be done as the arguments say; "" if nothing.
std::string Unfit(const Arguments& arguments) {
  if (arguments.load == "stream" && arguments.range.count % arguments.questions != 0) {
    return "--count must be a multiple of --questions";
  }
  if (arguments.connections > 1 && arguments.connections % 2 != 0) {
    return "--connections must be 1 or even";
  }
  if (arguments.in_flight % arguments.connections != 0) {
    return "--in-flight must be a multiple of --connections";
  }
  for (const std::string& target : arguments.targets) {
    if (target.find('=') == std::string::npos) return "--target must be NAME=ADDRESS";
  }
  return "";
}

int Compare(const Arguments& arguments) {
  LoadTargets targets;
  for (const std::string& target : arguments.targets) {
    const size_t equals = target.find('=');
    LoadOptions options;
    options.address = target.substr(equals + 1);
    targets.emplace_back(target.substr(0, equals), NewLoad(arguments, std::move(options)));
  }
  return LoadInTurn("policy_load", targets, arguments.rounds, arguments.seconds);
}

int Once(const Arguments& arguments) {
  const std::string& target = arguments.targets.front();
  const size_t equals = target.find('=');
  std::mutex mutex;
  PolicyVerdicts verdicts;
  size_t bytes = 0;
  bool readable = true;
  LoadOptions options;
  options.address = target.substr(equals + 1);
  options.on_response = [&](const grpc::ByteBuffer& response) {
    const std::lock_guard<std::mutex> lock(mutex);
    readable = verdicts.Add(arguments.load, response) && readable;
    bytes += response.Length();
  };
  LoadSample sample = NewLoad(arguments, std::move(options))->RunOnce();
  if (!PrintSample("policy_load", target.substr(0, equals), sample)) return 1;
  std::printf(
      ", \"domains_per_s\": %.1f, \"domains\": %zu, \"hosts\": %zu, \"dane\": %zu, "
      "\"bytes\": %zu}\n",
      static_cast<double>(verdicts.domains) / sample.seconds, verdicts.domains, verdicts.with_hosts,
      verdicts.with_dane, bytes);
  return readable ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app("policy_load: load on servers of PolicyService, measured.");
  app.require_subcommand(1);
  Arguments arguments;
  CLI::App* const compare = app.add_subcommand("compare", "several servers in turn");
  CLI::App* const once = app.add_subcommand("once", "each domain once");
  for (CLI::App* command : {compare, once}) {
    command->add_option("--target", arguments.targets, "NAME=ADDRESS")->required();
    command->add_option("--load", arguments.load)
        ->check(CLI::IsMember({"unary", "batch", "stream"}));
    command->add_option("--questions", arguments.questions)->check(CLI::PositiveNumber);
    command->add_option("--zone", arguments.range.zone)->required();
    command->add_option("--first", arguments.range.first);
    command->add_option("--count", arguments.range.count)->check(CLI::PositiveNumber);
    command->add_option("--in-flight", arguments.in_flight)->check(CLI::PositiveNumber);
    command->add_option("--connections", arguments.connections)->check(CLI::PositiveNumber);
  }
  compare->add_option("--rounds", arguments.rounds)->check(CLI::PositiveNumber);
  compare->add_option("--seconds", arguments.seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  if (const std::string why = Unfit(arguments); !why.empty()) {
    std::fprintf(stderr, "policy_load: %s\n", why.c_str());
    return 64;
  }
  return compare->parsed() ? Compare(arguments) : Once(arguments);
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return postern::Main(argc, argv);
}
