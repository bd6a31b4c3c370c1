#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/posternctl/run_posternctl.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A port of 127.0.0.1 where nobody listens: bound for as long as this lives.
class DeafPort {
 public:
  DeafPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~DeafPort() { close(socket_); }
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;
  int port() const { return port_; }

 private:
  const int socket_;
  int port_ = 0;
};

class ProbeCommandTest : public ::testing::Test {
 protected:
  ProbeCommandTest() {
    policy_.set_domain("d.test");
    policy_.set_verdict(v1::DomainPolicy::HOSTS);
    policy_.set_reason(v1::DomainPolicy::MX_FOUND);
    v1::HostPolicy& host = *policy_.add_hosts();
    host.set_host("mx.test");
    host.set_verdict(v1::HostPolicy::OPPORTUNISTIC);
    host.add_addresses("127.0.0.1");
    v1::HostPolicy& skipped = *policy_.add_hosts();
    skipped.set_host("mx2.test");
    skipped.set_verdict(v1::HostPolicy::SKIP);
    skipped.add_addresses("127.0.0.1");
  }

  Outcome Probe(std::vector<std::string> arguments) {
    const std::vector<std::string> first = {"--server", server_.target(), "probe"};
    arguments.insert(arguments.begin(), first.begin(), first.end());
    return RunPosternctl(arguments);
  }

  FakePolicyServer server_;
  v1::DomainPolicy policy_;
  DeafPort deaf_;
};

TEST_F(ProbeCommandTest, TriesTheMxHostsOfADomain) {
  v1::ResolveDomainPolicyResponse response;
  *response.mutable_policy() = policy_;
  server_.domain.Answer(response);
  const Outcome outcome = Probe({absl::StrCat("d.test:", deaf_.port()), "--mx"});
  EXPECT_EQ(outcome.status, 75) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("0 mx.test  UNREACHABLE  OPPORTUNISTIC"));
  EXPECT_THAT(outcome.out, HasSubstr("connect: cannot connect: Connection refused"));
  EXPECT_THAT(outcome.out, HasSubstr("0 mx2.test  NOT TRIED  SKIP"));
  EXPECT_EQ(server_.domain.requests().at(0).domain(), "d.test");
  EXPECT_EQ(server_.domain.requests().at(0).port(), static_cast<uint32_t>(deaf_.port()));
}

TEST_F(ProbeCommandTest, JsonHasThePolicyAndEachConnection) {
  v1::ResolveRelayPolicyResponse response;
  *response.mutable_policy() = policy_;
  server_.relay.Answer(response);
  const Outcome outcome = Probe({absl::StrCat("mx.test:", deaf_.port()), "--output", "json"});
  EXPECT_EQ(outcome.status, 75) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("{\n \"policy\": {\n  \"domain\": \"d.test\""));
  for (const char* field : {"\"policyElapsed\": \"", "\"address\": \"127.0.0.1\"",
                            "\"error\": \"connect: ", "\"name\": \"connect\"", "\"elapsed\": \"",
                            "\"stapled\": false"}) {
    EXPECT_THAT(outcome.out, HasSubstr(field));
  }
  EXPECT_EQ(server_.relay.requests().at(0).host(), "mx.test");
}

TEST_F(ProbeCommandTest, TakesThePortFromTheWayOfTls) {
  policy_.clear_hosts();
  policy_.set_verdict(v1::DomainPolicy::DEFER);
  v1::ResolveRelayPolicyResponse response;
  *response.mutable_policy() = policy_;
  server_.relay.Answer(response);
  EXPECT_EQ(Probe({"mx.test"}).status, 75);
  EXPECT_EQ(server_.relay.requests().back().port(), 25u);
  EXPECT_EQ(Probe({"mx.test", "--no-starttls"}).status, 75);
  EXPECT_EQ(server_.relay.requests().back().port(), 465u);
  EXPECT_EQ(Probe({"mx.test:587", "--no-starttls"}).status, 75);
  EXPECT_EQ(server_.relay.requests().back().port(), 587u);
}

TEST_F(ProbeCommandTest, AnErrorNamesTheArgument) {
  const struct {
    std::vector<std::string> arguments;
    int status;
    const char* named;
  } kCases[] = {
      {{}, 64, "HOST[:PORT]"},
      {{"mx.test:0"}, 64, "HOST[:PORT]: '0' is no port"},
      {{"mx.test"}, 69, "no script"},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Probe(test.arguments);
    EXPECT_EQ(outcome.status, test.status) << test.named;
    EXPECT_THAT(outcome.err, HasSubstr(test.named));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

}  // namespace
}  // namespace postern::posternctl
