#include "client/failure_mode.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

v1::DomainPolicy NullMx() {
  v1::DomainPolicy policy;
  policy.set_domain("null.test");
  policy.set_verdict(v1::DomainPolicy::NULL_MX);
  return policy;
}

TEST(AnswerFor, GivesTheServersPolicyAsItIs) {
  auto answer = AnswerFor("Null.Test.", PolicyFailureMode::kDefer, NullMx());
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->from_server);
  EXPECT_TRUE(answer->status.ok());
  EXPECT_EQ(answer->policy.SerializeAsString(), NullMx().SerializeAsString());
}

TEST(AnswerFor, DefersByItselfWhenNoAnswerComes) {
  for (auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded,
                    absl::StatusCode::kResourceExhausted, absl::StatusCode::kInternal,
                    absl::StatusCode::kUnimplemented}) {
    auto answer = AnswerFor("d.test", PolicyFailureMode::kDefer, absl::Status(code, "why"));
    ASSERT_TRUE(answer.ok());
    EXPECT_FALSE(answer->from_server);
    EXPECT_EQ(answer->status, absl::Status(code, "why"));
    EXPECT_EQ(answer->policy.verdict(), v1::DomainPolicy::DEFER);
    EXPECT_EQ(answer->policy.reason(), v1::DomainPolicy::REASON_UNSPECIFIED);
    EXPECT_EQ(answer->policy.domain(), "d.test");
    EXPECT_THAT(answer->policy.detail(), HasSubstr("did not answer"));
    EXPECT_THAT(answer->policy.detail(), HasSubstr("why"));
    EXPECT_EQ(answer->policy.hosts_size(), 0);
    EXPECT_FALSE(answer->policy.has_expire_time());
  }
}

TEST(AnswerFor, ReturnsTheErrorWhereAskedTo) {
  auto answer = AnswerFor("d.test", PolicyFailureMode::kReturnError, absl::UnavailableError("x"));
  EXPECT_EQ(answer.status(), absl::UnavailableError("x"));
}

TEST(AnswerFor, NeverMasksInvalidArgument) {
  for (auto mode : {PolicyFailureMode::kDefer, PolicyFailureMode::kReturnError}) {
    auto answer = AnswerFor("..", mode, absl::InvalidArgumentError("domain: empty label"));
    EXPECT_EQ(answer.status(), absl::InvalidArgumentError("domain: empty label"));
  }
}

TEST(OfAllQuestions, IsInternalForInvalidArgumentAndElseTheSame) {
  const absl::Status status = OfAllQuestions(absl::InvalidArgumentError("requests: none"));
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("requests: none"));
  EXPECT_EQ(OfAllQuestions(absl::UnavailableError("gone")), absl::UnavailableError("gone"));
}

TEST(PolicyOf, IsInternalForAResponseWithoutAPolicy) {
  EXPECT_TRUE(absl::IsInternal(
      PolicyOf(absl::StatusOr<v1::ResolveDomainPolicyResponse>(v1::ResolveDomainPolicyResponse()))
          .status()));
}

TEST(OutcomeOf, GivesThePolicyOrTheError) {
  v1::DomainPolicyResult result;
  *result.mutable_policy() = NullMx();
  EXPECT_EQ(OutcomeOf(result)->domain(), "null.test");
  result.mutable_error()->set_code(8);
  result.mutable_error()->set_message("full");
  EXPECT_EQ(OutcomeOf(result).status(), absl::ResourceExhaustedError("full"));
}

TEST(OutcomeOf, IsInternalForWhatIsNoOutcome) {
  EXPECT_TRUE(absl::IsInternal(OutcomeOf({}).status()));
  for (int code : {-1, 0, 17, 2147483647}) {
    v1::DomainPolicyResult result;
    result.mutable_error()->set_code(code);
    EXPECT_TRUE(absl::IsInternal(OutcomeOf(result).status())) << code;
  }
}

}  // namespace
}  // namespace postern
