#include "client/posternctl/exit_status.h"

#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

TEST(ExitStatus, FollowsTheVerdictOfTheDomain) {
  using Domain = v1::DomainPolicy;
  using Host = v1::HostPolicy;
  const struct {
    const char* label;
    Domain::Verdict verdict;
    std::vector<Host::Verdict> hosts;
    bool fail_permanently;
    int status;
  } kCases[] = {
      {"one host with DANE", Domain::HOSTS, {Host::DANE}, false, 0},
      {"opportunistic", Domain::HOSTS, {Host::OPPORTUNISTIC}, false, 0},
      {"one host of two", Domain::HOSTS, {Host::SKIP, Host::TLS_UNAUTHENTICATED}, false, 0},
      {"a verdict of a newer server", Domain::HOSTS, {static_cast<Host::Verdict>(9)}, false, 0},
      {"no usable host", Domain::HOSTS, {Host::SKIP, Host::SKIP}, false, 75},
      {"no host at all", Domain::HOSTS, {}, false, 75},
      {"defer", Domain::DEFER, {Host::SKIP}, false, 75},
      {"mandatory DANE fails for good", Domain::DEFER, {}, true, 1},
      {"null MX", Domain::NULL_MX, {}, false, 1},
      {"no such domain", Domain::NO_SUCH_DOMAIN, {}, false, 1},
      {"never sent", Domain::VERDICT_UNSPECIFIED, {}, false, 70},
      {"unknown", static_cast<Domain::Verdict>(99), {}, false, 70},
  };
  for (const auto& test : kCases) {
    Domain policy;
    policy.set_verdict(test.verdict);
    policy.set_fail_permanently(test.fail_permanently);
    for (auto host : test.hosts) policy.add_hosts()->set_verdict(host);
    EXPECT_EQ(ExitStatusOf(policy), test.status) << test.label;
  }
}

TEST(ExitStatus, OfAHandshakeFollowsTheAction) {
  v1::HandshakeVerdict handshake;
  EXPECT_EQ(ExitStatusOf(handshake), 70);
  handshake.set_action(v1::HandshakeVerdict::PROCEED);
  EXPECT_EQ(ExitStatusOf(handshake), 0);
  handshake.set_action(v1::HandshakeVerdict::NEXT_HOST);
  EXPECT_EQ(ExitStatusOf(handshake), 1);
}

TEST(ExitStatus, OfTheServersStateIsDeferIfAPartIsUnhealthy) {
  v1::GetStatusResponse status;
  status.add_parts()->set_healthy(true);
  EXPECT_EQ(ExitStatusOf(status), 0);
  status.add_parts()->set_healthy(false);
  EXPECT_EQ(ExitStatusOf(status), 75);
}

TEST(ExitStatus, OfACallFollowsTheCode) {
  const struct {
    absl::StatusCode code;
    int status;
  } kCases[] = {
      {absl::StatusCode::kInvalidArgument, 64},  {absl::StatusCode::kUnavailable, 69},
      {absl::StatusCode::kDeadlineExceeded, 69}, {absl::StatusCode::kResourceExhausted, 69},
      {absl::StatusCode::kUnimplemented, 69},    {absl::StatusCode::kPermissionDenied, 69},
      {absl::StatusCode::kUnauthenticated, 69},  {absl::StatusCode::kUnknown, 69},
      {absl::StatusCode::kInternal, 70},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ExitStatusOfCall(absl::Status(test.code, "")), test.status)
        << absl::StatusCodeToString(test.code);
  }
}

}  // namespace
}  // namespace postern::posternctl
