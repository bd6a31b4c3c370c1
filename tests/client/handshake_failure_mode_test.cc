#include "client/handshake_failure_mode.h"

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

using Request = v1::VerifyHandshakeRequest;
using Verdict = v1::HandshakeVerdict;

Request RequestOf(v1::HostPolicy::Verdict verdict, Request::Tls tls = Request::ESTABLISHED) {
  Request request;
  request.mutable_policy()->set_verdict(verdict);
  request.set_tls(tls);
  return request;
}

TEST(DemandOf, IsByThePolicyAndByTheTlsThatIsThere) {
  const auto kUnknownVerdict = static_cast<v1::HostPolicy::Verdict>(99);
  const auto kUnknownTls = static_cast<Request::Tls>(99);
  const struct {
    Request request;
    HandshakeDemand demand;
  } kCases[] = {
      {RequestOf(v1::HostPolicy::DANE), HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::SKIP), HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::VERDICT_UNSPECIFIED), HandshakeDemand::kMore},
      {RequestOf(kUnknownVerdict), HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::TLS_UNAUTHENTICATED), HandshakeDemand::kTlsThatIsThere},
      {RequestOf(v1::HostPolicy::TLS_UNAUTHENTICATED, Request::TLS_UNSPECIFIED),
       HandshakeDemand::kTlsThatIsThere},
      {RequestOf(v1::HostPolicy::TLS_UNAUTHENTICATED, Request::NOT_OFFERED),
       HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::TLS_UNAUTHENTICATED, Request::HANDSHAKE_FAILED),
       HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::TLS_UNAUTHENTICATED, kUnknownTls), HandshakeDemand::kMore},
      {RequestOf(v1::HostPolicy::OPPORTUNISTIC), HandshakeDemand::kNothing},
      {RequestOf(v1::HostPolicy::OPPORTUNISTIC, Request::NOT_OFFERED), HandshakeDemand::kNothing},
      {RequestOf(v1::HostPolicy::OPPORTUNISTIC, Request::HANDSHAKE_FAILED),
       HandshakeDemand::kNothing},
      {RequestOf(v1::HostPolicy::OPPORTUNISTIC, kUnknownTls), HandshakeDemand::kMore},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(DemandOf(test.request), test.demand) << test.request.ShortDebugString();
  }
}

TEST(DemandOf, IsAuthenticationWherePkixIsRequiredAlsoOfAnAuditedPolicy) {
  for (auto verdict :
       {v1::HostPolicy::OPPORTUNISTIC, v1::HostPolicy::TLS_UNAUTHENTICATED, v1::HostPolicy::DANE}) {
    for (const bool audit : {false, true}) {
      Request request = RequestOf(verdict);
      request.set_require_pkix(true);
      request.mutable_policy()->set_audit(audit);
      EXPECT_EQ(DemandOf(request), HandshakeDemand::kMore) << request.ShortDebugString();
    }
  }
}

TEST(DemandOf, IsAuthenticationWhereTheRuleDemandsAStapleOrAStatusAlsoOfAnAuditedPolicy) {
  for (auto verdict :
       {v1::HostPolicy::OPPORTUNISTIC, v1::HostPolicy::TLS_UNAUTHENTICATED, v1::HostPolicy::DANE}) {
    for (const bool audit : {false, true}) {
      Request request = RequestOf(verdict);
      request.mutable_policy()->set_audit(audit);
      request.mutable_policy()->set_require_ocsp(true);
      EXPECT_EQ(DemandOf(request), HandshakeDemand::kMore) << request.ShortDebugString();
      request.mutable_policy()->set_require_ocsp(false);
      request.mutable_policy()->set_require_revocation_status(true);
      EXPECT_EQ(DemandOf(request), HandshakeDemand::kMore) << request.ShortDebugString();
    }
  }
}

TEST(DemandOf, IsAuthenticationWhereDaneIsMandatory) {
  for (auto verdict : {v1::HostPolicy::OPPORTUNISTIC, v1::HostPolicy::TLS_UNAUTHENTICATED}) {
    Request request = RequestOf(verdict);
    request.mutable_policy()->set_mode(v1::Dane::MANDATORY);
    EXPECT_EQ(DemandOf(request), HandshakeDemand::kMore);
  }
}

TEST(DemandOf, KnowsAnAuditedPolicyD74) {
  Request request = RequestOf(v1::HostPolicy::DANE);
  request.mutable_policy()->set_audit(true);
  EXPECT_EQ(DemandOf(request), HandshakeDemand::kMoreAudited);
  request.mutable_policy()->set_verdict(v1::HostPolicy::SKIP);
  EXPECT_EQ(DemandOf(request), HandshakeDemand::kMore);
}

TEST(HandshakeAnswerFor, GivesTheServersVerdictAsItIs) {
  Verdict verdict;
  verdict.set_verdict(Verdict::VERIFIED_DANE);
  verdict.set_action(Verdict::PROCEED);
  auto answer =
      HandshakeAnswerFor(HandshakeDemand::kMore, HandshakeFailureMode::kNextHost, verdict);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->from_server);
  EXPECT_TRUE(answer->status.ok());
  EXPECT_EQ(answer->handshake.SerializeAsString(), verdict.SerializeAsString());
}

TEST(HandshakeAnswerFor, JudgesByThePolicyWhenNoAnswerComes) {
  const struct {
    HandshakeDemand demand;
    Verdict::Verdict verdict;
    Verdict::Action action;
    bool audit_failure;
  } kCases[] = {
      {HandshakeDemand::kNothing, Verdict::UNAUTHENTICATED, Verdict::PROCEED, false},
      {HandshakeDemand::kTlsThatIsThere, Verdict::UNAUTHENTICATED, Verdict::PROCEED, false},
      {HandshakeDemand::kMore, Verdict::FAILED, Verdict::NEXT_HOST, false},
      {HandshakeDemand::kMoreAudited, Verdict::FAILED, Verdict::PROCEED, true},
  };
  for (const auto& test : kCases) {
    auto answer = HandshakeAnswerFor(test.demand, HandshakeFailureMode::kByPolicy,
                                     absl::UnavailableError("gone"));
    ASSERT_TRUE(answer.ok());
    EXPECT_FALSE(answer->from_server);
    EXPECT_EQ(answer->status, absl::UnavailableError("gone"));
    EXPECT_EQ(answer->handshake.verdict(), test.verdict);
    EXPECT_EQ(answer->handshake.action(), test.action);
    EXPECT_EQ(answer->handshake.audit_failure(), test.audit_failure);
    EXPECT_EQ(answer->handshake.reason(), Verdict::REASON_UNSPECIFIED);
    EXPECT_EQ(answer->handshake.cv(), "no");
    EXPECT_THAT(answer->handshake.detail(), HasSubstr("did not answer"));
  }
}

TEST(HandshakeAnswerFor, GoesToTheNextHostWhateverThePolicyWhereAskedTo) {
  for (auto demand : {HandshakeDemand::kNothing, HandshakeDemand::kTlsThatIsThere,
                      HandshakeDemand::kMore, HandshakeDemand::kMoreAudited}) {
    auto answer = HandshakeAnswerFor(demand, HandshakeFailureMode::kNextHost,
                                     absl::DeadlineExceededError("late"));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->handshake.action(), Verdict::NEXT_HOST);
  }
}

TEST(HandshakeAnswerFor, ReturnsTheErrorWhereAskedTo) {
  EXPECT_EQ(HandshakeAnswerFor(HandshakeDemand::kNothing, HandshakeFailureMode::kReturnError,
                               absl::UnavailableError("x"))
                .status(),
            absl::UnavailableError("x"));
}

TEST(HandshakeAnswerFor, NeverMasksInvalidArgument) {
  for (auto mode : {HandshakeFailureMode::kByPolicy, HandshakeFailureMode::kNextHost,
                    HandshakeFailureMode::kReturnError}) {
    EXPECT_EQ(HandshakeAnswerFor(HandshakeDemand::kNothing, mode,
                                 absl::InvalidArgumentError("policy: expired"))
                  .status(),
              absl::InvalidArgumentError("policy: expired"));
  }
}

TEST(HandshakeOf, IsInternalWithoutAVerdictOrAnAction) {
  v1::VerifyHandshakeResponse response;
  EXPECT_TRUE(absl::IsInternal(HandshakeOf(response).status()));
  response.mutable_handshake()->set_verdict(Verdict::VERIFIED_DANE);
  EXPECT_TRUE(absl::IsInternal(HandshakeOf(response).status()));
  response.mutable_handshake()->set_action(Verdict::PROCEED);
  EXPECT_TRUE(HandshakeOf(response).ok());
}

TEST(HandshakeOutcomeOf, GivesTheVerdictOrTheError) {
  v1::HandshakeResult result;
  EXPECT_TRUE(absl::IsInternal(HandshakeOutcomeOf(result).status()));
  result.mutable_error()->set_code(8);
  result.mutable_error()->set_message("full");
  EXPECT_EQ(HandshakeOutcomeOf(result).status(), absl::ResourceExhaustedError("full"));
  result.mutable_handshake()->set_action(Verdict::NEXT_HOST);
  EXPECT_EQ(HandshakeOutcomeOf(result)->action(), Verdict::NEXT_HOST);
}

}  // namespace
}  // namespace postern
