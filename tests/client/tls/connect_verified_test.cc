#include "client/tls/connect_verified.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/tls/handshake_messages.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern {
namespace {

using ::testing::_;
using ::testing::Property;
using ::testing::Return;
using Verdict = v1::HandshakeVerdict;
using Request = v1::VerifyHandshakeRequest;

class ConnectVerifiedTest : public ::testing::Test {
 protected:
  ConnectVerifiedTest() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets_), 0);
    SSL_set_fd(ssl_.get(), sockets_[0]);
  }
  ~ConnectVerifiedTest() override {
    close(sockets_[0]);
    if (sockets_[1] >= 0) close(sockets_[1]);
  }

  // A server that accepts one handshake.
  std::thread Serve() {
    return std::thread([this] {
      SslPtr ssl(SSL_new(server_.get()));
      SSL_set_fd(ssl.get(), sockets_[1]);
      SSL_accept(ssl.get());
    });
  }

  int sockets_[2];
  TestCertificate leaf_{"mx1.test"};
  ContextPtr server_ = NewServerContext({{&leaf_}});
  ContextPtr context_ = NewClientContext();
  SslPtr ssl_{SSL_new(context_.get())};
  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
  Client client_{connection_};
};

TEST_F(ConnectVerifiedTest, PreparesConnectsAndVerifiesOnSocketsOfBothKinds) {
  EXPECT_CALL(*connection_, VerifyHandshake(Property(&Request::certificates_size, 1), _))
      .Times(1)
      .WillRepeatedly(Return(Response(Verdict::PROCEED)));
  std::thread server = Serve();
  auto result = ConnectVerified(ssl_.get(), Policy(), client_);
  server.join();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->tls.ok()) << result->tls;
  EXPECT_TRUE(result->may_use());
  EXPECT_EQ(fcntl(sockets_[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(ConnectVerifiedTest, LeavesANonBlockingSocketAsItWas) {
  EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(Response(Verdict::NEXT_HOST)));
  fcntl(sockets_[0], F_SETFL, O_NONBLOCK);
  std::thread server = Serve();
  auto result = ConnectVerified(ssl_.get(), Policy(), client_);
  server.join();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->tls.ok());
  EXPECT_FALSE(result->may_use());
  EXPECT_NE(fcntl(sockets_[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST_F(ConnectVerifiedTest, GivesUpOnASilentServerAtTheDeadlineAndTellsTheService) {
  EXPECT_CALL(*connection_, VerifyHandshake(Property(&Request::tls, Request::HANDSHAKE_FAILED), _))
      .WillOnce(Return(Response(Verdict::NEXT_HOST)));
  ConnectOptions options;
  options.handshake_timeout = absl::Milliseconds(20);
  auto result = ConnectVerified(ssl_.get(), Policy(), client_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(result->tls)) << result->tls;
  EXPECT_FALSE(result->may_use());
}

TEST_F(ConnectVerifiedTest, MayNotUseAConnectionWhoseHandshakeFailedEvenWithProceed) {
  EXPECT_CALL(*connection_, VerifyHandshake(Property(&Request::tls, Request::HANDSHAKE_FAILED), _))
      .Times(2)
      .WillRepeatedly(Return(Response(Verdict::PROCEED)));
  ASSERT_EQ(write(sockets_[1], "this is no TLS\r\n", 16), 16);
  auto garbage = ConnectVerified(ssl_.get(), Policy(v1::HostPolicy::OPPORTUNISTIC), client_);
  ASSERT_TRUE(garbage.ok()) << garbage.status();
  EXPECT_TRUE(absl::IsUnavailable(garbage->tls)) << garbage->tls;
  EXPECT_FALSE(garbage->may_use());

  SslPtr other(SSL_new(context_.get()));
  SSL_set_fd(other.get(), sockets_[0]);
  close(sockets_[1]);
  sockets_[1] = -1;
  auto closed = ConnectVerified(other.get(), Policy(v1::HostPolicy::OPPORTUNISTIC), client_);
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_FALSE(closed->tls.ok());
  EXPECT_FALSE(closed->may_use());
}

TEST_F(ConnectVerifiedTest, RefusesSkipAndAnObjectWithoutASocketBeforeItAsks) {
  EXPECT_CALL(*connection_, VerifyHandshake).Times(0);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      ConnectVerified(ssl_.get(), Policy(v1::HostPolicy::SKIP), client_).status()));
  SslPtr bare(SSL_new(context_.get()));
  EXPECT_TRUE(absl::IsFailedPrecondition(ConnectVerified(bare.get(), Policy(), client_).status()));
}

}  // namespace
}  // namespace postern
