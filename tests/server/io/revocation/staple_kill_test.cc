// What is on the disk after kill -9 at any instant.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/revocation/folder_staple_store.h"
#include "server/io/revocation/staple_files.h"
#include "server/io/unique_fd.h"
#include "tests/server/io/revocation/numbered_staples.h"
#include "tests/support/temporary_folder.h"

namespace postern {
namespace {

using Names = std::set<std::string>;

constexpr int kKills = 250;

const std::string kDigest(32, 'a');  // NOLINT(cert-err58-cpp)

absl::Time Now() { return absl::FromUnixSeconds(1'800'000'000); }

std::string StateName() { return absl::BytesToHexString(kDigest) + ".ocsp"; }

// Writer is the other process.
class Writer {
 public:
  explicit Writer(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(getenv("TEST_SRCDIR")) +
                                            "/postern/tests/server/io/revocation/staple_writer");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    told_.Reset(ends[0]);
    const UniqueFd write_end(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
    EXPECT_EQ(posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ), 0) << argv[0];
    posix_spawn_file_actions_destroy(&actions);
  }
  ~Writer() { Kill(); }

  // Waits for so many bytes of it; false if it ends before.
  bool Wait(int bytes) {
    char byte = 0;
    for (int i = 0; i < bytes; ++i) {
      if (read(told_.get(), &byte, 1) != 1) return false;
    }
    return true;
  }

  // Returns how many bytes it had told beyond those that were waited for.
  int Kill() {
    if (pid_ <= 0) return 0;
    int status = 0;
    kill(pid_, SIGKILL);
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "ended by itself";
    pid_ = 0;
    char byte = 0;
    int more = 0;
    while (read(told_.get(), &byte, 1) == 1) ++more;
    return more;
  }

 private:
  pid_t pid_ = 0;
  UniqueFd told_;
};

// So short a time is waited awake: the instant is to fall between any two system calls.
void Spin(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

std::string DerOf(const std::string& pem) {
  std::vector<std::string> lines = absl::StrSplit(pem, '\n');
  std::string base64;
  for (const std::string& line : lines) {
    if (!absl::StartsWith(line, "-----")) base64 += line;
  }
  std::string der;
  const bool whole = absl::StartsWith(pem, "-----BEGIN OCSP RESPONSE-----\n") &&
                     absl::EndsWith(pem, "\n-----END OCSP RESPONSE-----\n") &&
                     absl::Base64Unescape(base64, &der);
  return whole ? der : "";
}

TEST(StaplesOnDisk, AreWholeAfterKillAtAnyInstant) {
  const TemporaryFolder state;
  const TemporaryFolder output;
  std::minstd_rand random(20261124);
  uint64_t last = 0;  // what was told to be on the disk
  size_t torn = 0;
  for (int i = 0; i < kKills; ++i) {
    Writer writer({"write", state.path(), output.path(), std::to_string(last + 1)});
    const int steps = static_cast<int>(random() % 3);
    ASSERT_TRUE(writer.Wait(1 + steps)) << "kill " << i;
    Spin(std::chrono::microseconds(random() % 3000));
    last += static_cast<uint64_t>(steps + writer.Kill());

    // The step under way may be done in part: each file is the old one or the next.
    const uint64_t next = last + 1;
    for (const std::string& name : state.Names()) torn += absl::EndsWith(name, ".tmp") ? 1 : 0;
    for (const std::string& name : output.Names()) torn += absl::EndsWith(name, ".tmp") ? 1 : 0;
    const auto store = FolderStapleStore::Create(state.path(), Now()).value();
    const auto files = StapleFiles::Create({output.path()}, nullptr, nullptr).value();
    const std::string saved = store->Load(kDigest).value().value_or("");
    const std::string der = output.Read("mx1.ocsp");
    const std::string pem = DerOf(output.Read("mx1.ocsp.pem"));
    for (const std::string& bytes : {saved, der, pem}) {
      if (last == 0 && bytes.empty()) continue;
      const uint64_t number = NumberOf(bytes);
      ASSERT_TRUE(number == last || number == next)
          << "kill " << i << ": " << number << ", not " << last;
      ASSERT_NE(number, 0U) << "kill " << i << ": torn";
    }
    for (const std::string& name : state.Names()) ASSERT_EQ(name, StateName());
    for (const std::string& name : output.Names()) {
      ASSERT_TRUE(name == "mx1.ocsp" || name == "mx1.ocsp.pem") << name;
    }
  }
  EXPECT_GT(last, 0U);
  RecordProperty("staples", static_cast<int>(last));
  RecordProperty("temporaries_left", static_cast<int>(torn));
}

TEST(StaplesOnDisk, AreFetchedByOneProcessUntilItDies) {
  const TemporaryFolder state;
  const auto store = FolderStapleStore::Create(state.path(), Now()).value();
  Writer writer({"claim", state.path()});
  ASSERT_TRUE(writer.Wait(1));
  EXPECT_EQ(store->TryClaim(kDigest).value(), nullptr);
  EXPECT_NE(store->TryClaim(std::string(32, 'b')).value(), nullptr);
  writer.Kill();
  EXPECT_NE(store->TryClaim(kDigest).value(), nullptr);
  EXPECT_EQ(state.Names(), Names{});
}

}  // namespace
}  // namespace postern
