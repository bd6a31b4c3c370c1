#include "client/client.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Optional;
using ::testing::Property;
using ::testing::Return;
using ::testing::StartsWith;

class ClientTest : public ::testing::Test {
 protected:
  std::shared_ptr<MockConnection> connection_ = std::make_shared<MockConnection>();
};

auto TimeoutIs(absl::Duration timeout) {
  return Field("timeout", &CallContext::timeout, Optional(timeout));
}

v1::ResolveDomainPolicyResponse ResponseWith(v1::DomainPolicy::Verdict verdict) {
  v1::ResolveDomainPolicyResponse response;
  response.mutable_policy()->set_verdict(verdict);
  return response;
}

TEST_F(ClientTest, AsksAboutADomainByItsName) {
  EXPECT_CALL(
      *connection_,
      ResolveDomainPolicy(Property("domain", &v1::ResolveDomainPolicyRequest::domain, "d.test"), _))
      .WillOnce(Return(ResponseWith(v1::DomainPolicy::HOSTS)));
  auto answer = Client(connection_).ResolveDomainPolicy("d.test");
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->from_server);
  EXPECT_EQ(answer->policy.verdict(), v1::DomainPolicy::HOSTS);
}

TEST_F(ClientTest, CopiesShareTheConnection) {
  EXPECT_CALL(*connection_, ResolveDomainPolicy)
      .Times(2)
      .WillRepeatedly(Return(ResponseWith(v1::DomainPolicy::HOSTS)));
  Client client(connection_);
  Client copy = client;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_TRUE(client.ResolveDomainPolicy("d.test").ok());
  EXPECT_TRUE(copy.ResolveDomainPolicy("d.test").ok());
}

TEST_F(ClientTest, UsesTheTimeoutOfTheRpcUnlessTheCallHasItsOwn) {
  Options options;
  options.resolve_domain_policy.timeout = absl::Seconds(7);
  options.purge_cached_policies.timeout = absl::Seconds(3);
  Client client(connection_, options);
  EXPECT_CALL(*connection_, ResolveDomainPolicy(_, TimeoutIs(absl::Seconds(7))))
      .WillOnce(Return(ResponseWith(v1::DomainPolicy::HOSTS)));
  EXPECT_CALL(*connection_, ResolveDomainPolicy(_, TimeoutIs(absl::Seconds(1))))
      .WillOnce(Return(ResponseWith(v1::DomainPolicy::HOSTS)));
  EXPECT_CALL(*connection_, PurgeCachedPolicies(_, TimeoutIs(absl::Seconds(3))))
      .WillOnce(Return(v1::PurgeCachedPoliciesResponse()));
  EXPECT_TRUE(client.ResolveDomainPolicy("d.test").ok());
  EXPECT_TRUE(client.ResolveDomainPolicy({}, {absl::Seconds(1)}).ok());
  EXPECT_TRUE(client.PurgeCachedPolicies({}).ok());
}

TEST_F(ClientTest, HasAFailureModeForEachPolicyRpc) {
  Options options;
  options.resolve_relay_policy.failure_mode = PolicyFailureMode::kReturnError;
  Client client(connection_, options);
  EXPECT_CALL(*connection_, ResolveDomainPolicy)
      .WillOnce(Return(absl::UnavailableError("draining")));
  EXPECT_CALL(*connection_, ResolveRelayPolicy)
      .WillOnce(Return(absl::UnavailableError("draining")));
  auto deferred = client.ResolveDomainPolicy("d.test");
  ASSERT_TRUE(deferred.ok());
  EXPECT_FALSE(deferred->from_server);
  EXPECT_EQ(client.ResolveRelayPolicy({}).status(), absl::UnavailableError("draining"));
}

TEST_F(ClientTest, GivesTheCallbackWhatTheBlockingFormReturns) {
  EXPECT_CALL(*connection_, AsyncResolveDomainPolicy)
      .WillOnce([](auto, auto, const Callback<v1::ResolveDomainPolicyResponse>& done) {
        done(absl::DeadlineExceededError("late"));
      });
  v1::ResolveDomainPolicyRequest request;
  request.set_domain("d.test");
  std::optional<absl::StatusOr<PolicyAnswer>> answer;
  Client(connection_).AsyncResolveDomainPolicy(request, [&](auto got) { answer = std::move(got); });
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ((*answer)->policy.domain(), "d.test");
  EXPECT_EQ((*answer)->status, absl::DeadlineExceededError("late"));
}

TEST_F(ClientTest, DefersARelayInTheCallbackForm) {
  EXPECT_CALL(*connection_, AsyncResolveRelayPolicy).WillOnce([](auto, auto, auto done) {
    done(absl::UnavailableError("gone"));
  });
  v1::ResolveRelayPolicyRequest request;
  request.set_host("relay.test");
  std::optional<absl::StatusOr<PolicyAnswer>> answer;
  Client(connection_).AsyncResolveRelayPolicy(request, [&](auto got) { answer = std::move(got); });
  ASSERT_TRUE(answer && answer->ok());
  EXPECT_EQ((*answer)->policy.domain(), "relay.test");
}

// A name in Latin-1. The server could not even read the message.
constexpr char kNoUtf8[] =
    "b\xfc"
    "cher.test";

void ExpectRefused(const absl::StatusOr<PolicyAnswer>& answer, const char* field) {
  EXPECT_TRUE(absl::IsInvalidArgument(answer.status())) << answer.status();
  EXPECT_THAT(std::string(answer.status().message()), StartsWith(field));
}

TEST_F(ClientTest, RefusesByItselfWhatIsNotUtf8) {
  EXPECT_CALL(*connection_, ResolveDomainPolicy).Times(0);
  EXPECT_CALL(*connection_, AsyncResolveDomainPolicy).Times(0);
  EXPECT_CALL(*connection_, ResolveRelayPolicy).Times(0);
  EXPECT_CALL(*connection_, AsyncResolveRelayPolicy).Times(0);
  const Client client(connection_);
  v1::ResolveDomainPolicyRequest domain;
  domain.set_domain(kNoUtf8);
  v1::ResolveRelayPolicyRequest relay;
  relay.set_host(kNoUtf8);
  std::vector<absl::StatusOr<PolicyAnswer>> later;
  const auto keep = [&later](auto answer) { later.push_back(std::move(answer)); };
  client.AsyncResolveDomainPolicy(domain, keep);
  client.AsyncResolveRelayPolicy(relay, keep);
  ASSERT_EQ(later.size(), 2u);
  ExpectRefused(later[0], "domain: ");
  ExpectRefused(later[1], "host: ");
  ExpectRefused(client.ResolveDomainPolicy(domain), "domain: ");
  ExpectRefused(client.ResolveRelayPolicy(relay), "host: ");
}

v1::ResolveDomainPolicyBatchRequest BatchOf(const std::vector<const char*>& domains) {
  v1::ResolveDomainPolicyBatchRequest request;
  for (const char* domain : domains) request.add_requests()->set_domain(domain);
  return request;
}

TEST_F(ClientTest, JudgesEachElementOfABatchByItself) {
  v1::ResolveDomainPolicyBatchResponse response;
  response.add_results()->mutable_policy()->set_verdict(v1::DomainPolicy::NULL_MX);
  response.add_results()->mutable_error()->set_code(3);
  response.add_results()->mutable_error()->set_code(8);
  EXPECT_CALL(*connection_, ResolveDomainPolicyBatch).WillOnce(Return(response));
  auto answers =
      Client(connection_).ResolveDomainPolicyBatch(BatchOf({"a.test", "b.test", "c.test"}));
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0]->policy.verdict(), v1::DomainPolicy::NULL_MX);
  EXPECT_TRUE(answers[0]->from_server);
  EXPECT_TRUE(absl::IsInvalidArgument(answers[1].status()));
  ASSERT_TRUE(answers[2].ok());
  EXPECT_FALSE(answers[2]->from_server);
  EXPECT_EQ(answers[2]->policy.domain(), "c.test");
}

TEST_F(ClientTest, AnswersEveryQuestionOfABatchThatFailed) {
  EXPECT_CALL(*connection_, AsyncResolveDomainPolicyBatch).WillOnce([](auto, auto, auto done) {
    done(absl::UnavailableError("gone"));
  });
  std::vector<absl::StatusOr<PolicyAnswer>> answers;
  Client(connection_).AsyncResolveDomainPolicyBatch(BatchOf({"a.test", "b.test"}), [&](auto got) {
    answers = std::move(got);
  });
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1]->policy.domain(), "b.test");
  EXPECT_EQ(answers[1]->status, absl::UnavailableError("gone"));
}

// INVALID_ARGUMENT of the whole call may be of one question, or of none.
TEST_F(ClientTest, BlamesNoQuestionForTheRefusalOfItsBatch) {
  EXPECT_CALL(*connection_, ResolveDomainPolicyBatch)
      .WillOnce(Return(absl::InvalidArgumentError("requests: too many")));
  auto answers = Client(connection_).ResolveDomainPolicyBatch(BatchOf({"a.test", "b.test"}));
  ASSERT_EQ(answers.size(), 2u);
  for (const auto& answer : answers) {
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->policy.verdict(), v1::DomainPolicy::DEFER);
    EXPECT_TRUE(absl::IsInternal(answer->status)) << answer->status;
  }
}

TEST_F(ClientTest, SendsTheRestOfABatchWithoutWhatIsNotUtf8) {
  v1::ResolveDomainPolicyBatchResponse response;
  response.add_results()->mutable_policy()->set_domain("a.test");
  response.add_results()->mutable_policy()->set_domain("c.test");
  std::vector<std::string> sent;
  EXPECT_CALL(*connection_, ResolveDomainPolicyBatch).WillOnce([&](const auto& request, auto) {
    for (const auto& one : request.requests()) sent.push_back(one.domain());
    return response;
  });
  EXPECT_CALL(*connection_, AsyncResolveDomainPolicyBatch)
      .WillOnce([&](auto request, auto, auto done) {
        for (const auto& one : request.requests()) sent.push_back(one.domain());
        done(response);
      });
  const auto batch = BatchOf({kNoUtf8, "a.test", kNoUtf8, "c.test", kNoUtf8});
  const Client client(connection_);
  auto check = [](const std::vector<absl::StatusOr<PolicyAnswer>>& answers) {
    ASSERT_EQ(answers.size(), 5u);
    for (size_t refused : {0, 2, 4}) ExpectRefused(answers[refused], "domain: ");
    EXPECT_EQ(answers[1]->policy.domain(), "a.test");
    EXPECT_EQ(answers[3]->policy.domain(), "c.test");
  };
  check(client.ResolveDomainPolicyBatch(batch));
  client.AsyncResolveDomainPolicyBatch(batch, check);
  EXPECT_THAT(sent, ElementsAre("a.test", "c.test", "a.test", "c.test"));
}

TEST_F(ClientTest, SendsNoBatchOfWhichNothingIsLeft) {
  EXPECT_CALL(*connection_, ResolveDomainPolicyBatch).Times(0);
  EXPECT_CALL(*connection_, AsyncResolveDomainPolicyBatch).Times(0);
  const auto batch = BatchOf({kNoUtf8, kNoUtf8});
  const Client client(connection_);
  std::vector<absl::StatusOr<PolicyAnswer>> later;
  client.AsyncResolveDomainPolicyBatch(batch, [&](auto got) { later = std::move(got); });
  for (const auto& answers : {client.ResolveDomainPolicyBatch(batch), later}) {
    ASSERT_EQ(answers.size(), 2u);
    for (const auto& answer : answers) ExpectRefused(answer, "domain: ");
  }
}

TEST_F(ClientTest, TakesABatchOfTheWrongSizeForNoAnswer) {
  v1::ResolveDomainPolicyBatchResponse response;
  response.add_results()->mutable_policy()->set_verdict(v1::DomainPolicy::HOSTS);
  EXPECT_CALL(*connection_, ResolveDomainPolicyBatch).WillOnce(Return(response));
  auto answers = Client(connection_).ResolveDomainPolicyBatch(BatchOf({"a.test", "b.test"}));
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_FALSE(answers[0]->from_server);
  EXPECT_TRUE(absl::IsInternal(answers[0]->status));
}

TEST_F(ClientTest, ReturnsTheErrorOfAnAdminCall) {
  EXPECT_CALL(*connection_, GetStatus).WillOnce(Return(absl::UnavailableError("gone")));
  EXPECT_CALL(*connection_, AsyncGetStatus).WillOnce([](auto, auto, auto done) {
    done(absl::UnavailableError("gone"));
  });
  Client client(connection_);
  EXPECT_EQ(client.GetStatus().status(), absl::UnavailableError("gone"));
  absl::Status status;
  client.AsyncGetStatus([&](auto got) { status = got.status(); });
  EXPECT_EQ(status, absl::UnavailableError("gone"));
}

}  // namespace
}  // namespace postern
