// How a worker tests its own code against Postern without a server.
#include "client/mocks/mock_connection.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "client/client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::Return;

// The worker's code under test.
std::string FirstHost(const Client& client, const std::string& domain) {
  auto answer = client.ResolveDomainPolicy(domain);
  if (!answer.ok()) return "bad domain";
  if (answer->policy.verdict() != v1::DomainPolicy::HOSTS) return "later";
  for (const v1::HostPolicy& host : answer->policy.hosts()) {
    if (host.verdict() != v1::HostPolicy::SKIP) return host.host();
  }
  return "later";
}

TEST(MockConnection, AnswersAsTheTestSays) {
  v1::ResolveDomainPolicyResponse response;
  response.mutable_policy()->set_verdict(v1::DomainPolicy::HOSTS);
  v1::HostPolicy* skipped = response.mutable_policy()->add_hosts();
  skipped->set_host("mx1.test");
  skipped->set_verdict(v1::HostPolicy::SKIP);
  v1::HostPolicy* usable = response.mutable_policy()->add_hosts();
  usable->set_host("mx2.test");
  usable->set_verdict(v1::HostPolicy::DANE);

  auto connection = std::make_shared<MockConnection>();
  EXPECT_CALL(*connection, ResolveDomainPolicy).WillOnce(Return(response));
  EXPECT_EQ(FirstHost(Client(connection), "d.test"), "mx2.test");
}

TEST(MockConnection, FailsAsTheTestSays) {
  auto connection = std::make_shared<MockConnection>();
  EXPECT_CALL(*connection, ResolveDomainPolicy)
      .WillOnce(Return(absl::UnavailableError("draining")))
      .WillOnce(Return(absl::InvalidArgumentError("domain: empty label")));
  EXPECT_EQ(FirstHost(Client(connection), "d.test"), "later");
  EXPECT_EQ(FirstHost(Client(connection), "d..test"), "bad domain");
}

}  // namespace
}  // namespace postern
