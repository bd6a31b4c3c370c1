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
    v1::StreamDomainPoliciesResponse response;
    response.set_request_id(written_.at(index).request_id());
    response.mutable_result()->mutable_policy()->set_domain(written_.at(index).request().domain());
    handlers_.on_answer(response);
  }

  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
  StreamHandlers handlers_;
  std::vector<v1::StreamDomainPoliciesRequest> written_;
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
  v1::StreamDomainPoliciesResponse stray;
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
