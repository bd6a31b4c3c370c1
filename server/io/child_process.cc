#include "server/io/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

// There is nothing to poll for a child's end without its descriptor (pidfd_open), which
// not every kernel has, and a grandchild may keep the output open for long.
constexpr int kTickMilliseconds = 20;

// SpawnPlan owns what posix_spawn wants; error() is the first errno.
class SpawnPlan {
 public:
  explicit SpawnPlan(int output) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    sigset_t signals;
    sigfillset(&signals);
    Note(posix_spawnattr_setsigdefault(&attributes_, &signals));
    sigemptyset(&signals);
    Note(posix_spawnattr_setsigmask(&attributes_, &signals));
    Note(posix_spawnattr_setpgroup(&attributes_, 0));
    Note(posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP));
    // Last what the numbers 0 to 2 may hide: `output` may be one of them.
    Note(posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO));
    Note(posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO));
    Note(posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
    Note(posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1));
    Note(posix_spawn_file_actions_addchdir_np(&actions_, "/"));
  }
  ~SpawnPlan() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  int Spawn(pid_t& pid, const std::vector<char*>& argv, const std::vector<char*>& environment) {
    if (error_ != 0) return error_;
    return posix_spawn(&pid, argv[0], &actions_, &attributes_, argv.data(), environment.data());
  }

 private:
  void Note(int error) {
    if (error_ == 0) error_ = error;
  }

  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
  int error_ = 0;
};

// posix_spawn takes char*, and changes nothing.
std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& argv, const std::vector<std::string>& environment) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat(argv[0], ": no pipe for its output"));
  }
  UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  SpawnPlan plan(write_end.get());
  pid_t pid = 0;
  if (const int error = plan.Spawn(pid, Pointers(argv), Pointers(environment)); error != 0) {
    return absl::ErrnoToStatus(error, absl::StrCat(argv[0], ": cannot be run"));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, std::move(read_end)));
}

ChildProcess::~ChildProcess() {
  if (!ended_) Kill();
}

bool ChildProcess::Poll(absl::Duration timeout, size_t max_output, std::string& output) {
  pollfd wait = {output_.get(), POLLIN, 0};  // a descriptor of -1 is left out
  const int64_t left = std::max<int64_t>(absl::ToInt64Milliseconds(timeout), 0);
  poll(&wait, 1, static_cast<int>(std::min<int64_t>(left, kTickMilliseconds)));
  const bool ended = Reap(WNOHANG);
  Read(max_output, output);
  return ended;
}

void ChildProcess::Kill() {
  if (ended_) return;
  // Its number is not another's before it was waited for.
  kill(-pid_, SIGKILL);
  Reap(0);
}

bool ChildProcess::Reap(int options) {
  if (ended_) return true;
  int status = 0;
  pid_t pid = 0;
  do {
    pid = waitpid(pid_, &status, options);
  } while (pid < 0 && errno == EINTR);
  if (pid == 0) return false;
  ended_ = true;
  if (pid == pid_) wait_status_ = status;
  return true;
}

void ChildProcess::Read(size_t max_output, std::string& output) {
  char bytes[4096];
  // Bounded: a command that never stops writing must not keep us from the clock.
  for (int i = 0; output_.valid() && i < 64; ++i) {
    const ssize_t got = read(output_.get(), bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return output_.Reset();
    const size_t room = max_output - std::min(max_output, output.size());
    output.append(bytes, std::min(room, static_cast<size_t>(got)));
  }
}

}  // namespace postern
