#include "server/io/command_hook.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/unique_fd.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

using Change = CommandHook::Change;
using Outcome = CommandHook::Outcome;

// RunHook runs the changes and returns what the observer heard, until all have ended.
std::vector<Outcome> RunHook(CommandHookOptions options, const std::vector<Change>& changes) {
  std::vector<Outcome> outcomes;
  {
    auto hook = CommandHook::Create(std::move(options), [&](const Outcome& outcome) {
                  outcomes.push_back(outcome);
                }).value();
    for (const Change& change : changes) hook->Run(change);
  }
  return outcomes;
}

CommandHookOptions Shell(const std::string& script) {
  return {{"/bin/sh", "-c", script}, absl::Minutes(1)};
}

Outcome RunOne(const std::string& script) {
  const std::vector<Outcome> outcomes = RunHook(Shell(script), {{"mx1", {}}});
  EXPECT_EQ(outcomes.size(), 1U);
  return outcomes.empty() ? Outcome() : outcomes[0];
}

TEST(CommandHook, RunsTheCommandWithoutAShell) {
  const auto outcomes = RunHook({{"/bin/echo", "a b", "$HOME;*"}, absl::Minutes(1)}, {{"mx1", {}}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_TRUE(outcomes[0].status.ok()) << outcomes[0].status;
  EXPECT_EQ(outcomes[0].key, "mx1");
  EXPECT_EQ(outcomes[0].output, "a b $HOME;*\n");
}

TEST(CommandHook, GivesItAnEnvironmentOfItsOwn) {
  ASSERT_EQ(setenv("POSTERN_TEST_SECRET", "s", 1), 0);
  const auto outcomes = RunHook({{"/usr/bin/env"}, absl::Minutes(1)},
                                {{"mx1", {{"POSTERN_STAPLE_NAME", "mx1"}, {"EMPTY", ""}}}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].output,
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
            "POSTERN_STAPLE_NAME=mx1\nEMPTY=\n");
}

TEST(CommandHook, GivesItNoneOfOurDescriptorsAndNoInput) {
  const UniqueFd leaky(open("/dev/null", O_RDONLY));  // not closed on exec
  ASSERT_TRUE(leaky.valid());
  // The last is ls's own, of the folder.
  EXPECT_EQ(RunOne("exec ls /proc/self/fd").output, "0\n1\n2\n3\n");
  EXPECT_EQ(RunOne("cat; readlink /proc/self/fd/0; pwd").output, "/dev/null\n/\n");
}

TEST(CommandHook, StartsItWithoutBlockedOrIgnoredSignals) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto handler = signal(SIGUSR1, SIG_IGN);
  const std::string output =
      RunOne("exec sed -n 's/^Sig\\(Blk\\|Ign\\)://p' /proc/self/status").output;
  signal(SIGUSR1, handler);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  std::istringstream masks(output);
  uint64_t blocked_there = ~uint64_t{0};
  uint64_t ignored_there = ~uint64_t{0};
  masks >> std::hex >> blocked_there >> ignored_there;
  EXPECT_EQ(blocked_there, 0U) << output;
  // 32 and 33 are the C library's own, which it lets nobody set.
  EXPECT_EQ(ignored_there & ~(uint64_t{3} << 31), 0U) << output;
}

TEST(CommandHook, TellsHowTheCommandFailed) {
  const Outcome exited = RunOne("echo no such service >&2; exit 3");
  EXPECT_EQ(exited.status.message(), "exited with 3");
  EXPECT_EQ(exited.output, "no such service\n");
  EXPECT_EQ(RunOne("kill -TERM $$").status.message(), "killed by signal 15");
}

TEST(CommandHook, KeepsABoundedPartOfTheOutput) {
  const Outcome outcome = RunOne("head -c 1000000 /dev/zero | tr '\\0' x");
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.output, std::string(CommandHook::kMaxOutputBytes, 'x'));
}

TEST(CommandHook, KillsTheWholeGroupAtTheTimeLimit) {
  const TemporaryFolder folder;
  const std::string lock = folder.Write("lock", "");
  CommandHookOptions options =
      Shell(absl::StrCat("exec 9<", lock, "; flock 9; sleep 100000 & wait"));
  options.timeout = absl::Milliseconds(200);
  const auto outcomes = RunHook(options, {{"mx1", {}}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].status.code(), absl::StatusCode::kDeadlineExceeded);
  // The grandchild held it, too, and would for long.
  const UniqueFd fd(open(lock.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(flock(fd.get(), LOCK_EX), 0);
}

TEST(CommandHook, DoesNotWaitForWhatTheCommandLeavesBehind) {
  const TemporaryFolder folder;
  const std::string pipe = folder.PathOf("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  // A daemon that keeps the output open, until we let it go.
  const Outcome outcome = RunOne(absl::StrCat("(read x <", pipe, ") & echo reloaded"));
  EXPECT_TRUE(outcome.status.ok()) << outcome.status;
  EXPECT_EQ(outcome.output, "reloaded\n");
  const UniqueFd release(open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
}

TEST(CommandHook, RunsOneAtATimeAndMakesOneOfChangesThatWait) {
  const TemporaryFolder folder;
  const std::string pipe = folder.PathOf("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::vector<std::string> heard;
  {
    auto hook =
        CommandHook::Create(Shell("if [ \"$PIPE\" ]; then read x <\"$PIPE\"; fi; echo $VALUE"),
                            [&](const Outcome& outcome) {
                              heard.push_back(absl::StrCat(outcome.key, " ", outcome.output));
                            })
            .value();
    hook->Run({"a", {{"PIPE", pipe}, {"VALUE", "1"}}});
    // Opens when the command reads from it.
    const UniqueFd release(open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(release.valid());
    hook->Run({"a", {{"VALUE", "2"}}});
    hook->Run({"b", {{"VALUE", "1"}}});
    hook->Run({"a", {{"VALUE", "3"}}});
  }
  EXPECT_EQ(heard, (std::vector<std::string>{"a 1\n", "a 3\n", "b 1\n"}));
}

TEST(CommandHook, TellsOfEachChangeWhenItIsStopped) {
  CommandHookOptions options = Shell("exec sleep 100000");
  options.timeout = absl::Milliseconds(100);
  const auto outcomes = RunHook(options, {{"a", {}}, {"b", {}}, {"c", {}}});
  ASSERT_EQ(outcomes.size(), 3U);
  for (const Outcome& outcome : outcomes) EXPECT_FALSE(outcome.status.ok());
  EXPECT_EQ(outcomes[2].status.message(), "not run: posternd is stopping");
}

TEST(CommandHook, SaysWhatIsWrongWithItsFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(CommandHook::Create({{}, absl::Seconds(1)}, nullptr).status().message(),
            "the hook's first word must be an absolute path");
  const absl::Status none =
      CommandHook::Create({{folder.PathOf("none")}, absl::Seconds(1)}, nullptr).status();
  EXPECT_TRUE(absl::StartsWith(none.message(), folder.PathOf("none"))) << none;
  // Executable, but no program: found out when it is run.
  const std::string text = folder.Write("text",
                                        "\x7f"
                                        "ELF, they say");
  ASSERT_EQ(chmod(text.c_str(), 0700), 0);
  const auto outcomes = RunHook({{text}, absl::Minutes(1)}, {{"mx1", {}}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_TRUE(absl::StartsWith(outcomes[0].status.message(), text + ": cannot be run"))
      << outcomes[0].status;
}

}  // namespace
}  // namespace postern
