// A child process with a clean start, as a program of many threads has to make it.
//
// By posix_spawn, which runs none of our code in the child.
#ifndef POSTERN_SERVER_IO_CHILD_PROCESS_H_
#define POSTERN_SERVER_IO_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/io/unique_fd.h"

namespace postern {

// ChildProcess runs a command in a process group of its own, in the folder "/", with no
// signal blocked or ignored, no descriptor of ours, standard input from /dev/null, and
// standard output and error to us. For one thread.
class ChildProcess {
 public:
  // `argv` begins with the path of the file; `environment` is all that there is, "A=B".
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& argv, const std::vector<std::string>& environment);

  // Kills the group if the child was not waited for.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Poll waits for output or for the child's end, at most for about `timeout`, and
  // returns true once it has ended. `output` grows to at most `max_output` bytes.
  bool Poll(absl::Duration timeout, size_t max_output, std::string& output);

  // Kill kills the whole group, at once, and waits for the child.
  void Kill();

  // How it ended, as waitpid(2) tells; absent if nobody knows (SIGCHLD is ignored).
  std::optional<int> wait_status() const { return wait_status_; }

 private:
  ChildProcess(pid_t pid, UniqueFd output) : pid_(pid), output_(std::move(output)) {}

  void Read(size_t max_output, std::string& output);
  bool Reap(int options);

  const pid_t pid_;
  UniqueFd output_;
  bool ended_ = false;
  std::optional<int> wait_status_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_CHILD_PROCESS_H_
