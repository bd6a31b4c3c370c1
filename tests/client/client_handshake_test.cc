#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::_;
using ::testing::Field;
using ::testing::Optional;
using ::testing::Return;
using Verdict = v1::HandshakeVerdict;

v1::VerifyHandshakeRequest RequestOf(v1::HostPolicy::Verdict verdict) {
  v1::VerifyHandshakeRequest request;
  request.mutable_policy()->set_verdict(verdict);
  return request;
}

class ClientHandshakeTest : public ::testing::Test {
 protected:
  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
};

TEST_F(ClientHandshakeTest, GivesTheServersVerdict) {
  v1::VerifyHandshakeResponse response;
  response.mutable_handshake()->set_action(Verdict::NEXT_HOST);
  EXPECT_CALL(*connection_,
              VerifyHandshake(_, Field(&CallContext::timeout, Optional(absl::Seconds(5)))))
      .WillOnce(Return(response));
  auto answer = Client(connection_).VerifyHandshake(RequestOf(v1::HostPolicy::OPPORTUNISTIC));
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->from_server);
  EXPECT_EQ(answer->handshake.action(), Verdict::NEXT_HOST);
}

TEST_F(ClientHandshakeTest, JudgesByThePolicyWithoutTheService) {
  EXPECT_CALL(*connection_, VerifyHandshake)
      .WillRepeatedly(Return(absl::UnavailableError("draining")));
  const Client client(connection_);
  auto dane = client.VerifyHandshake(RequestOf(v1::HostPolicy::DANE));
  ASSERT_TRUE(dane.ok());
  EXPECT_FALSE(dane->from_server);
  EXPECT_EQ(dane->handshake.action(), Verdict::NEXT_HOST);
  auto opportunistic = client.VerifyHandshake(RequestOf(v1::HostPolicy::OPPORTUNISTIC));
  ASSERT_TRUE(opportunistic.ok());
  EXPECT_FALSE(opportunistic->from_server);
  EXPECT_EQ(opportunistic->handshake.action(), Verdict::PROCEED);
}

TEST_F(ClientHandshakeTest, GivesTheCallbackWhatTheBlockingFormReturns) {
  EXPECT_CALL(*connection_, AsyncVerifyHandshake).WillOnce([](auto, auto, auto done) {
    done(absl::DeadlineExceededError("late"));
  });
  std::optional<absl::StatusOr<HandshakeAnswer>> answer;
  Client(connection_).AsyncVerifyHandshake(RequestOf(v1::HostPolicy::DANE), [&](auto got) {
    answer = std::move(got);
  });
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ((*answer)->status, absl::DeadlineExceededError("late"));
  EXPECT_EQ((*answer)->handshake.action(), Verdict::NEXT_HOST);
}

v1::VerifyHandshakeBatchRequest BatchOf(const std::vector<v1::HostPolicy::Verdict>& verdicts) {
  v1::VerifyHandshakeBatchRequest request;
  for (auto verdict : verdicts) *request.add_requests() = RequestOf(verdict);
  return request;
}

TEST_F(ClientHandshakeTest, JudgesEachElementOfABatchByItself) {
  v1::VerifyHandshakeBatchResponse response;
  response.add_results()->mutable_handshake()->set_action(Verdict::PROCEED);
  response.add_results()->mutable_error()->set_code(3);
  response.add_results()->mutable_error()->set_code(14);
  EXPECT_CALL(*connection_, VerifyHandshakeBatch).WillOnce(Return(response));
  auto answers = Client(connection_)
                     .VerifyHandshakeBatch(BatchOf({v1::HostPolicy::DANE, v1::HostPolicy::DANE,
                                                    v1::HostPolicy::OPPORTUNISTIC}));
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_TRUE(answers[0]->from_server);
  EXPECT_TRUE(absl::IsInvalidArgument(answers[1].status()));
  EXPECT_FALSE(answers[2]->from_server);
  EXPECT_EQ(answers[2]->handshake.action(), Verdict::PROCEED);
}

TEST_F(ClientHandshakeTest, AnswersEveryElementOfABatchThatFailed) {
  EXPECT_CALL(*connection_, AsyncVerifyHandshakeBatch).WillOnce([](auto, auto, auto done) {
    done(absl::InvalidArgumentError("requests: too many"));
  });
  std::vector<absl::StatusOr<HandshakeAnswer>> answers;
  Client(connection_)
      .AsyncVerifyHandshakeBatch(BatchOf({v1::HostPolicy::DANE, v1::HostPolicy::OPPORTUNISTIC}),
                                 [&](auto got) { answers = std::move(got); });
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0]->handshake.action(), Verdict::NEXT_HOST);
  EXPECT_EQ(answers[1]->handshake.action(), Verdict::PROCEED);
  EXPECT_TRUE(absl::IsInternal(answers[1]->status));
}

TEST_F(ClientHandshakeTest, TakesABatchOfTheWrongSizeForNoAnswer) {
  v1::VerifyHandshakeBatchResponse response;
  response.add_results()->mutable_handshake()->set_action(Verdict::PROCEED);
  EXPECT_CALL(*connection_, VerifyHandshakeBatch).WillOnce(Return(response));
  auto answers = Client(connection_)
                     .VerifyHandshakeBatch(BatchOf({v1::HostPolicy::DANE, v1::HostPolicy::DANE}));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0]->handshake.action(), Verdict::NEXT_HOST);
}

}  // namespace
}  // namespace postern
