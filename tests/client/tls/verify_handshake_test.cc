#include "client/tls/verify_handshake.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "client/tls/prepare_handshake.h"
#include "client/tls/sessions.h"
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

class VerifyHandshakeTest : public ::testing::TestWithParam<int> {
 protected:
  std::unique_ptr<TlsPair> Connect(SSL_SESSION* session = nullptr) {
    auto pair = std::make_unique<TlsPair>(context_.get(), server_.get());
    SSL_set_session(pair->client(), session);
    EXPECT_TRUE(PrepareHandshake(pair->client(), Policy()).ok());
    EXPECT_TRUE(pair->Handshake());
    return pair;
  }

  TestCertificate leaf_{"mx1.test"};
  ContextPtr server_ = NewServerContext({{&leaf_}, GetParam()});
  ContextPtr context_ = NewClientContext();
  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
  Client client_{connection_};
};

INSTANTIATE_TEST_SUITE_P(Versions, VerifyHandshakeTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(VerifyHandshakeTest, KeepsASessionOnlyOnceItsVerdictIsGood) {
  auto pair = Connect();
  EXPECT_FALSE(MayKeepSession(pair->client()));
  EXPECT_EQ(TakeSession(pair->client()), nullptr);
  EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(Response(Verdict::PROCEED)));
  auto answer = VerifyHandshake(pair->client(), Policy(), client_);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(MayKeepSession(pair->client()));
  EXPECT_NE(TakeSession(pair->client()), nullptr);
}

TEST_P(VerifyHandshakeTest, AsksAgainOnAResumedConnectionAndDropsItsSessionIfTheVerdictIsBad) {
  EXPECT_CALL(*connection_, VerifyHandshake(Property(&Request::session_resumed, false), _))
      .WillOnce(Return(Response(Verdict::PROCEED)));
  auto first = Connect();
  ASSERT_TRUE(VerifyHandshake(first->client(), Policy(), client_).ok());
  SessionPtr session = TakeSession(first->client());
  ASSERT_NE(session, nullptr);
  first->Shutdown();

  EXPECT_CALL(*connection_, VerifyHandshake(Property(&Request::session_resumed, true), _))
      .WillOnce(Return(Response(Verdict::NEXT_HOST)));
  auto second = Connect(session.get());
  ASSERT_EQ(SSL_session_reused(second->client()), 1);
  ASSERT_TRUE(VerifyHandshake(second->client(), Policy(), client_).ok());
  EXPECT_EQ(TakeSession(second->client()), nullptr);
  // TLS 1.3: the other ticket of the first connection, whose verdict was good.
  EXPECT_EQ(SSL_CTX_sess_number(context_.get()), GetParam() == TLS1_3_VERSION ? 1 : 0);
}

TEST_P(VerifyHandshakeTest, KeepsNoSessionOfABadVerdict) {
  struct {
    const char* label;
    absl::StatusOr<v1::VerifyHandshakeResponse> response;
  } kCases[] = {
      {"next host", Response(Verdict::NEXT_HOST)},
      {"failed audit", Response(Verdict::PROCEED, true)},
      {"no service", absl::UnavailableError("gone")},
      {"refused", absl::InvalidArgumentError("policy: expired")},
      {"unknown action", Response(static_cast<Verdict::Action>(99))},
  };
  for (const auto& test : kCases) {
    EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(test.response));
    auto pair = Connect();
    (void)VerifyHandshake(pair->client(), Policy(), client_);
    EXPECT_FALSE(MayKeepSession(pair->client())) << test.label;
    EXPECT_EQ(TakeSession(pair->client()), nullptr) << test.label;
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(pair->client())), 0) << test.label;
  }
}

// CVE-2024-0853: with the session the bad staple would be forgotten.
TEST_P(VerifyHandshakeTest, KeepsNoSessionWhoseStapleWouldBeForgottenAlsoWhereItProceeds) {
  const struct {
    Verdict::Reason reason;
    bool keeps;
  } kCases[] = {
      {Verdict::CERTIFICATE_REVOKED, false},
      {Verdict::MUST_STAPLE, false},
      {Verdict::ISSUER_UNKNOWN, true},
      {Verdict::DANE_TA_MATCHED, true},
  };
  for (const auto& test : kCases) {
    v1::VerifyHandshakeResponse response = Response(Verdict::PROCEED);
    response.mutable_handshake()->set_reason(test.reason);
    EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(response));
    auto pair = Connect();
    ASSERT_TRUE(VerifyHandshake(pair->client(), Policy(), client_).ok());
    EXPECT_EQ(MayKeepSession(pair->client()), test.keeps) << Verdict::Reason_Name(test.reason);
    EXPECT_EQ(TakeSession(pair->client()) != nullptr, test.keeps)
        << Verdict::Reason_Name(test.reason);
  }
}

TEST_P(VerifyHandshakeTest, ForgetsAGoodVerdictWithTheNextHandshakeOfTheObject) {
  EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(Response(Verdict::PROCEED)));
  auto pair = Connect();
  ASSERT_TRUE(VerifyHandshake(pair->client(), Policy(), client_).ok());
  ASSERT_TRUE(PrepareHandshake(pair->client(), Policy()).ok());
  EXPECT_FALSE(MayKeepSession(pair->client()));
}

TEST_P(VerifyHandshakeTest, DoesNotProceedUnderDaneWithoutTheService) {
  EXPECT_CALL(*connection_, VerifyHandshake).WillRepeatedly(Return(absl::UnavailableError("gone")));
  auto pair = Connect();
  auto dane = VerifyHandshake(pair->client(), Policy(), client_);
  ASSERT_TRUE(dane.ok());
  EXPECT_EQ(dane->handshake.action(), Verdict::NEXT_HOST);
  auto unauthenticated =
      VerifyHandshake(pair->client(), Policy(v1::HostPolicy::TLS_UNAUTHENTICATED), client_);
  ASSERT_TRUE(unauthenticated.ok());
  EXPECT_EQ(unauthenticated->handshake.action(), Verdict::PROCEED);
  auto no_tls =
      VerifyWithoutTls(Request::NOT_OFFERED, Policy(v1::HostPolicy::TLS_UNAUTHENTICATED), client_);
  ASSERT_TRUE(no_tls.ok());
  EXPECT_EQ(no_tls->handshake.action(), Verdict::NEXT_HOST);
}

TEST_P(VerifyHandshakeTest, DoesNotAskBeforeTheHandshakeIsComplete) {
  EXPECT_CALL(*connection_, VerifyHandshake).Times(0);
  TlsPair pair(context_.get(), server_.get());
  EXPECT_TRUE(
      absl::IsFailedPrecondition(VerifyHandshake(pair.client(), Policy(), client_).status()));
}

}  // namespace
}  // namespace postern
