// A command of the operator's that is run after a change: with a small environment of
// its own, no standard input, none of our descriptors, no shell, and a limit of time.
//
// Commands run one after another on a thread of the hook's own, so that two never reload
// one server at once. Changes with one key that come while others run become one.
#ifndef POSTERN_SERVER_IO_COMMAND_HOOK_H_
#define POSTERN_SERVER_IO_COMMAND_HOOK_H_

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/io/mutex.h"

namespace postern {

struct CommandHookOptions {
  std::vector<std::string> argv;  // the first is an absolute path
  // After it the command is killed, with the processes of its group.
  absl::Duration timeout = absl::Seconds(10);
};

// CommandHook runs it. Thread safe.
class CommandHook {
 public:
  // Of what a command writes so much is kept; the rest is read and dropped.
  static constexpr size_t kMaxOutputBytes = 4096;

  struct Change {
    std::string key;
    // Beside PATH: {"POSTERN_STAPLE_NAME", "mx1"}. A value ends before a NUL.
    std::vector<std::pair<std::string, std::string>> environment;
  };
  struct Outcome {
    std::string key;
    absl::Status status;  // OK: the command exited with 0. Else the words say how not
    std::string output;   // standard output and error, any bytes
  };
  // Observer hears of each command that was run, or could not be. It runs on the hook's
  // thread and must not call the hook.
  using Observer = std::function<void(const Outcome&)>;

  // Create fails if argv does not begin with an absolute path of an executable file.
  static absl::StatusOr<std::unique_ptr<CommandHook>> Create(CommandHookOptions options,
                                                             Observer observer);

  // Runs what has been asked for, until `timeout` has passed in all; what is then left
  // is killed, or not run, and the observer hears of it.
  ~CommandHook();
  CommandHook(const CommandHook&) = delete;
  CommandHook& operator=(const CommandHook&) = delete;

  // Run waits for nothing. It takes the place of a change with its key that waits.
  void Run(Change change);

 private:
  CommandHook(CommandHookOptions options, Observer observer)
      : options_(std::move(options)), observer_(std::move(observer)) {}

  void Loop();
  Outcome RunNow(const Change& change);
  // How long the command that was started at `start` may still run.
  absl::Duration Left(absl::Time start);

  const CommandHookOptions options_;
  const Observer observer_;

  Mutex mutex_;
  CondVar changed_;
  // As many as there are keys.
  std::list<Change> waiting_ POSTERN_GUARDED_BY(mutex_);
  absl::Time stop_at_ POSTERN_GUARDED_BY(mutex_) = absl::InfiniteFuture();

  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_COMMAND_HOOK_H_
