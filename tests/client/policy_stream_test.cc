#include "client/policy_stream.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A stream over a mock: what it wrote, and the handlers to answer by.
class PolicyStreamTest : public ::testing::Test {
 protected:
  PolicyStreamTest() {
    EXPECT_CALL(*connection_, StreamDomainPolicies(_, _))
        .WillOnce([this](StreamHandlers handlers, const CallContext&) {
          handlers_ = std::move(handlers);
          auto stream = std::make_unique<MockConnectionStream>();
          ON_CALL(*stream, Write).WillByDefault([this](auto question) {
            written_.push_back(std::move(question));
            return write_status_;
          });
          EXPECT_CALL(*stream, Write).Times(::testing::AnyNumber());
          EXPECT_CALL(*stream, Close).Times(::testing::AnyNumber());
          return stream;
        });
    stream_ = Client(connection_).OpenPolicyStream();
  }

  void Ask(const std::string& domain) {
    v1::ResolveDomainPolicyRequest request;
    request.set_domain(domain);
    stream_->Ask(request, [this](auto answer) {
      ASSERT_TRUE(answer.ok());
      got_.push_back(answer->policy.domain() + (answer->from_server ? "" : " (ours)"));
      status_ = answer->status;
    });
  }

  void AnswerQuestion(size_t index) {
    v1::StreamedAnswer response;
    response.set_request_id(written_.at(index).request_id());
    response.mutable_result()->mutable_policy()->set_domain(written_.at(index).request().domain());
    handlers_.on_answer(response);
  }

  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
  StreamHandlers handlers_;
  std::vector<v1::StreamedQuestion> written_;
  absl::Status write_status_;
  std::unique_ptr<PolicyStream> stream_;
  std::vector<std::string> got_;
  absl::Status status_;
};

TEST_F(PolicyStreamTest, GivesEachAnswerToItsQuestionInAnyOrder) {
  Ask("a.test");
  Ask("b.test");
  AnswerQuestion(1);
  AnswerQuestion(0);
  EXPECT_THAT(got_, ElementsAre("b.test", "a.test"));
}

TEST_F(PolicyStreamTest, IgnoresASecondAnswerAndOneThatNobodyAskedFor) {
  Ask("a.test");
  AnswerQuestion(0);
  AnswerQuestion(0);
  v1::StreamedAnswer stray;
  stray.set_request_id(99);
  handlers_.on_answer(stray);
  EXPECT_THAT(got_, ElementsAre("a.test"));
}

TEST_F(PolicyStreamTest, AppliesTheFailureModeToWhatTheEndLeavesUnanswered) {
  Ask("a.test");
  handlers_.on_end(absl::UnavailableError("draining"));
  EXPECT_THAT(got_, ElementsAre("a.test (ours)"));
  EXPECT_EQ(status_, absl::UnavailableError("draining"));
}

// The one message that was wrong may have held another question, or none.
TEST_F(PolicyStreamTest, BlamesNoQuestionForAnEndWithInvalidArgument) {
  Ask("a.test");
  Ask("b.test");
  AnswerQuestion(0);
  handlers_.on_end(absl::InvalidArgumentError("questions: a message must hold 1 to 256"));
  EXPECT_THAT(got_, ElementsAre("a.test", "b.test (ours)"));
  EXPECT_TRUE(absl::IsInternal(status_)) << status_;
  EXPECT_THAT(std::string(status_.message()), HasSubstr("a message must hold 1 to 256"));
}

TEST_F(PolicyStreamTest, BlamesTheQuestionThatIsItselfRefused) {
  v1::ResolveDomainPolicyRequest request;
  absl::Status refusal;
  stream_->Ask(request, [&refusal](auto answer) { refusal = answer.status(); });
  v1::StreamedAnswer response;
  response.set_request_id(written_.at(0).request_id());
  response.mutable_result()->mutable_error()->set_code(3);
  response.mutable_result()->mutable_error()->set_message("domain: is empty");
  handlers_.on_answer(response);
  EXPECT_EQ(refusal, absl::InvalidArgumentError("domain: is empty"));
}

TEST_F(PolicyStreamTest, RefusesByItselfWhatIsNotUtf8) {
  v1::ResolveDomainPolicyRequest request;
  request.set_domain(
      "b\xfc"
      "cher.test");
  absl::Status refusal;
  stream_->Ask(request, [&refusal](auto answer) { refusal = answer.status(); });
  EXPECT_TRUE(absl::IsInvalidArgument(refusal)) << refusal;
  EXPECT_THAT(std::string(refusal.message()), StartsWith("domain: "));
  EXPECT_TRUE(written_.empty());
  Ask("a.test");
  AnswerQuestion(0);
  EXPECT_THAT(got_, ElementsAre("a.test"));
}

TEST_F(PolicyStreamTest, TakesAnEndWithoutErrorForUnavailable) {
  Ask("a.test");
  handlers_.on_end(absl::OkStatus());
  EXPECT_THAT(got_, ElementsAre("a.test (ours)"));
  EXPECT_TRUE(absl::IsUnavailable(status_));
}

TEST_F(PolicyStreamTest, AnswersAtOnceAfterTheEnd) {
  handlers_.on_end(absl::UnavailableError("draining"));
  Ask("a.test");
  EXPECT_THAT(got_, ElementsAre("a.test (ours)"));
  EXPECT_TRUE(written_.empty());
}

TEST_F(PolicyStreamTest, AnswersAtOnceWhatCannotBeSent) {
  write_status_ = absl::ResourceExhaustedError("full");
  Ask("a.test");
  EXPECT_THAT(got_, ElementsAre("a.test (ours)"));
  EXPECT_EQ(status_, absl::ResourceExhaustedError("full"));
}

TEST_F(PolicyStreamTest, AnswersWhatIsOpenAfterItsObjectIsGone) {
  Ask("a.test");
  stream_.reset();
  EXPECT_TRUE(got_.empty());
  handlers_.on_end(absl::CancelledError("gone"));
  EXPECT_THAT(got_, ElementsAre("a.test (ours)"));
}

}  // namespace
}  // namespace postern
