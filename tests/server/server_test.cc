// What the whole server does with its machine: sockets, files. What it answers is in
// tests/server/rpc and tests/e2e.
#include "server/server.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "postern/v1/admin.grpc.pb.h"
#include "server/memory_shares.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

class ServerTest : public testing::Test {
 protected:
  // A unix socket's path has 107 bytes at most, and a test's own folder may be deeper.
  ServerTest() {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    config_.listen.addresses = {"127.0.0.1:0"};
    config_.listen.unix_socket = absl::StrCat(folder_, "/s");
    config_.resolver.threads = 1;
    config_.resolver.questions_in_flight = 64;
    config_.resolver.forwarders = {{".", {"127.0.0.1@9"}}};  // asks nobody outside
    config_.handshake.trust_anchor_file.clear();
    config_.log.level = LogConfig::Level::kError;
  }
  ~ServerTest() override { std::filesystem::remove_all(folder_); }

  absl::StatusOr<std::unique_ptr<Server>> Start() const { return Server::Start(config_); }

  // Whether a server answers on the socket.
  bool Answers() const {
    const auto stub = v1::AdminService::NewStub(grpc::CreateChannel(
        absl::StrCat("unix:", config_.listen.unix_socket), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::GetStatusResponse response;
    return stub->GetStatus(&context, {}, &response).ok();
  }

  unsigned Mode(const std::string& path) const {
    struct stat info = {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777;
  }

  std::string folder_ = "/tmp/postern.XXXXXX";
  Config config_;
};

TEST_F(ServerTest, TheSocketHasTheModeOfTheConfig) {
  for (const uint32_t mode : {0660, 0600, 0666}) {
    config_.listen.unix_socket_mode = mode;
    const auto server = Start();
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_EQ(Mode(config_.listen.unix_socket), mode);
    EXPECT_EQ(Mode(config_.listen.unix_socket + ".lock"), 0600u);
    EXPECT_TRUE(Answers());
  }
}

TEST(MemoryShares, CrlsThatCallersBringFollowTheBudgetAndOneAlwaysFits) {
  constexpr size_t kMiB = size_t{1} << 20;
  EXPECT_EQ(CheckedCrlBytes(10'000 * kMiB, 32 * kMiB), 500 * kMiB);
  EXPECT_GT(CheckedCrlBytes(16 * kMiB, 32 * kMiB), 32 * kMiB);
  EXPECT_LT(CheckedCrlBytes(16 * kMiB, 32 * kMiB), 33 * kMiB);
}

TEST_F(ServerTest, LeavesTheUmaskAsItWas) {
  const mode_t before = umask(0027);
  ASSERT_TRUE(Start().ok());
  EXPECT_EQ(umask(before), 0027u);
}

TEST_F(ServerTest, ASecondServerDoesNotTakeALiveSocket) {
  const auto first = Start();
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Start();
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(absl::StrCat("listen.unix_socket: ", config_.listen.unix_socket,
                                     " is in use by another posternd")));
  EXPECT_TRUE(Answers());
}

TEST_F(ServerTest, TakesTheSocketOfAServerThatEnded) {
  for (int i = 0; i < 2; ++i) {
    const auto server = Start();
    ASSERT_TRUE(server.ok()) << server.status();
    EXPECT_TRUE(Answers());
  }
}

TEST_F(ServerTest, TakesTheSocketThatAKilledServerLeft) {
  // A socket that nobody listens on any more, and a lock file that nobody has locked.
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, config_.listen.unix_socket.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(fd);
  close(creat(absl::StrCat(config_.listen.unix_socket, ".lock").c_str(), 0600));
  const auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(Answers());
}

TEST_F(ServerTest, SaysWhereItCannotLock) {
  config_.listen.unix_socket = "/nonexistent/s";
  EXPECT_THAT(std::string(Start().status().message()),
              HasSubstr("listen.unix_socket: cannot open /nonexistent/s.lock"));
}

TEST_F(ServerTest, RefusesToStartWhereItMayRunOutOfFiles) {
  config_.resolver.questions_in_flight = 4096;
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 2000;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const absl::Status status = Start().status();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  // (4096 UDP + 64 TCP) x 2 contexts + 16, and two self-tests of (128 + 64) x 2 + 16.
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("resolver.questions_in_flight: the limit of open files is 2000, but the "
                        "resolver may open 9136"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("raise the limit to 10160"));
}

TEST_F(ServerTest, ServesWithTheLeastBudget) {
  config_.memory.budget = size_t{16} << 20;
  const auto server = Start();
  ASSERT_TRUE(server.ok()) << server.status();
  EXPECT_TRUE(Answers());
}

}  // namespace
}  // namespace postern
