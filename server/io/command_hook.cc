#include "server/io/command_hook.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/io/child_process.h"

namespace postern {
namespace {

constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

absl::Status StatusOf(std::optional<int> wait_status) {
  if (!wait_status) return absl::UnknownError("nobody knows how it ended");
  if (WIFSIGNALED(*wait_status)) {
    return absl::AbortedError(absl::StrCat("killed by signal ", WTERMSIG(*wait_status)));
  }
  if (WEXITSTATUS(*wait_status) == 0) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("exited with ", WEXITSTATUS(*wait_status)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CommandHook>> CommandHook::Create(CommandHookOptions options,
                                                                 Observer observer) {
  if (options.argv.empty() || !absl::StartsWith(options.argv[0], "/")) {
    return absl::InvalidArgumentError("the hook's first word must be an absolute path");
  }
  if (access(options.argv[0].c_str(), X_OK) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat(options.argv[0], ": posternd may not run it, as a hook"));
  }
  std::unique_ptr<CommandHook> hook(new CommandHook(std::move(options), std::move(observer)));
  hook->thread_ = std::thread(&CommandHook::Loop, hook.get());
  return hook;
}

CommandHook::~CommandHook() {
  {
    MutexLock lock(mutex_);
    stop_at_ = absl::Now() + options_.timeout;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void CommandHook::Run(Change change) {
  MutexLock lock(mutex_);
  for (Change& other : waiting_) {
    if (other.key != change.key) continue;
    other = std::move(change);
    return;
  }
  waiting_.push_back(std::move(change));
  changed_.SignalAll();
}

void CommandHook::Loop() {
  BlockSignals();
  while (true) {
    std::list<Change> change;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && stop_at_ == absl::InfiniteFuture()) changed_.Wait(mutex_);
      if (waiting_.empty()) return;
      change.splice(change.begin(), waiting_, waiting_.begin());
    }
    const Outcome outcome = RunNow(change.front());
    if (observer_) observer_(outcome);
  }
}

CommandHook::Outcome CommandHook::RunNow(const Change& change) {
  Outcome outcome;
  outcome.key = change.key;
  const absl::Time start = absl::Now();
  if (Left(start) <= absl::ZeroDuration()) {
    outcome.status = absl::CancelledError("not run: posternd is stopping");
    return outcome;
  }
  std::vector<std::string> environment = {kPath};
  for (const auto& [name, value] : change.environment) {
    environment.push_back(absl::StrCat(name, "=", value));
  }
  absl::StatusOr<std::unique_ptr<ChildProcess>> child =
      ChildProcess::Start(options_.argv, environment);
  if (!child.ok()) {
    outcome.status = child.status();
    return outcome;
  }
  absl::Duration left = Left(start);
  while (!(*child)->Poll(left, kMaxOutputBytes, outcome.output)) {
    left = Left(start);
    if (left > absl::ZeroDuration()) continue;
    (*child)->Kill();
    outcome.status = absl::DeadlineExceededError(
        absl::StrCat("killed: it ran for longer than ", absl::FormatDuration(options_.timeout),
                     ", or posternd is stopping"));
    return outcome;
  }
  outcome.status = StatusOf((*child)->wait_status());
  return outcome;
}

absl::Duration CommandHook::Left(absl::Time start) {
  MutexLock lock(mutex_);
  return std::min(start + options_.timeout, stop_at_) - absl::Now();
}

}  // namespace postern
