#include "client/posternctl/app.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/posternctl/run_posternctl.h"
#include "tests/client/socket_dir.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

Outcome Posternctl(const std::vector<const char*>& arguments) {
  return RunPosternctl({arguments.begin(), arguments.end()});
}

v1::DomainPolicy Usable() {
  v1::DomainPolicy policy;
  policy.set_domain("d.test");
  policy.set_verdict(v1::DomainPolicy::HOSTS);
  policy.set_reason(v1::DomainPolicy::MX_FOUND);
  v1::HostPolicy* host = policy.add_hosts();
  host->set_host("mx.test");
  host->set_verdict(v1::HostPolicy::OPPORTUNISTIC);
  host->set_reason(v1::HostPolicy::NO_TLSA);
  policy.add_trace()->set_name("d.test");
  return policy;
}

template <typename Response>
Response With(const v1::DomainPolicy& policy) {
  Response response;
  *response.mutable_policy() = policy;
  return response;
}

class AppTest : public ::testing::Test {
 protected:
  AppTest() { unsetenv("POSTERN_SERVER"); }
  const char* target() { return server_.target().c_str(); }
  FakePolicyServer server_;
};

TEST_F(AppTest, PolicyAsksAboutTheDomain) {
  server_.domain.Answer(With<v1::ResolveDomainPolicyResponse>(Usable()));
  const Outcome outcome = Posternctl(
      {"--server", target(), "policy", "d.test", "--port", "587", "--mode", "mandatory"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("mx.test  OPPORTUNISTIC  no secure TLSA records"));
  EXPECT_THAT(outcome.err, IsEmpty());
  const auto request = server_.domain.requests().at(0);
  EXPECT_EQ(request.domain(), "d.test");
  EXPECT_EQ(request.port(), 587u);
  EXPECT_EQ(request.mode(), v1::Dane::MANDATORY);
  EXPECT_FALSE(request.include_trace());
}

TEST_F(AppTest, PolicyLeavesTheModeToTheServerAndAsksForPort25) {
  server_.domain.Answer(With<v1::ResolveDomainPolicyResponse>(Usable()));
  EXPECT_EQ(Posternctl({"--server", target(), "policy", "d.test"}).status, 0);
  EXPECT_EQ(server_.domain.requests().at(0).mode(), v1::Dane::MODE_UNSPECIFIED);
  EXPECT_EQ(server_.domain.requests().at(0).port(), 25u);
}

TEST_F(AppTest, PolicyOfARelayLooksForNoMx) {
  server_.relay.Answer(With<v1::ResolveRelayPolicyResponse>(Usable()));
  EXPECT_EQ(Posternctl({"--server", target(), "policy", "relay.test", "--relay", "--port", "587",
                        "--mode", "off", "--trace"})
                .status,
            0);
  const auto request = server_.relay.requests().at(0);
  EXPECT_EQ(request.host(), "relay.test");
  EXPECT_EQ(request.port(), 587u);
  EXPECT_EQ(request.mode(), v1::Dane::OFF);
  EXPECT_TRUE(request.include_trace());
  EXPECT_THAT(server_.domain.requests(), IsEmpty());
}

TEST_F(AppTest, JsonIsThePolicyWithItsTrace) {
  server_.domain.Answer(With<v1::ResolveDomainPolicyResponse>(Usable()));
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"--server", target(), "--output", "json", "policy", "d.test"},
           {"policy", "d.test", "--output", "json", "--server", target()}}) {
    const Outcome outcome = Posternctl(arguments);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(outcome.out, StartsWith("{\n \"domain\": \"d.test\",\n \"verdict\": \"HOSTS\""));
    EXPECT_THAT(outcome.out, HasSubstr("\"trace\": [\n  {"));
    EXPECT_TRUE(server_.domain.requests().back().include_trace());
  }
}

TEST_F(AppTest, StatusTellsHowTheServerIs) {
  v1::GetStatusResponse status;
  status.set_version("9.8.7");
  status.add_parts()->set_name("resolver");
  server_.status.Answer(status);
  const Outcome text = Posternctl({"--server", target(), "status"});
  EXPECT_EQ(text.status, 75);
  EXPECT_THAT(text.out, StartsWith("posternd 9.8.7, up 0 s, UNHEALTHY\n"));
  const Outcome json = Posternctl({"--server", target(), "--output", "json", "status"});
  EXPECT_EQ(json.status, 75);
  EXPECT_THAT(json.out, StartsWith("{\n \"version\": \"9.8.7\""));
}

TEST_F(AppTest, ExitStatusFollowsTheAnswer) {
  v1::DomainPolicy policy;
  policy.set_verdict(v1::DomainPolicy::NO_SUCH_DOMAIN);
  server_.domain.Answer(With<v1::ResolveDomainPolicyResponse>(policy));
  policy.set_verdict(v1::DomainPolicy::DEFER);
  server_.domain.Answer(With<v1::ResolveDomainPolicyResponse>(policy));
  EXPECT_EQ(Posternctl({"--server", target(), "policy", "d.test"}).status, 1);
  EXPECT_EQ(Posternctl({"--server", target(), "--output", "json", "policy", "d.test"}).status, 75);
}

TEST_F(AppTest, AFailedCallIsOneLineThatSaysWhatToDo) {
  const struct {
    grpc::StatusCode code;
    const char* message;
    int status;
    const char* line;
  } kCases[] = {
      {grpc::INVALID_ARGUMENT, "domain: empty\nlabel", 64,
       "the server refuses the request: domain: empty?label"},
      {grpc::UNAVAILABLE, "draining", 69, "draining: check that posternd runs there"},
      {grpc::RESOURCE_EXHAUSTED, "full", 69, "full: try again later"},
      {grpc::PERMISSION_DENIED, "no", 69, "check --ca, --cert and --key"},
      {grpc::UNIMPLEMENTED, "what?", 69, "check with --server"},
      {grpc::INTERNAL, "oops\x1b[2J", 70, "oops?[2J: report it"},
      {grpc::UNKNOWN, "hm", 69, "UNKNOWN: hm: check --server"},
  };
  for (const auto& test : kCases) {
    FakePolicyServer server;
    server.domain.Fail(test.code, test.message);
    const Outcome outcome = Posternctl({"--server", server.target().c_str(), "policy", "d.test"});
    EXPECT_EQ(outcome.status, test.status) << test.line;
    EXPECT_THAT(outcome.err, HasSubstr(test.line));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(AppTest, AResponseWithoutAPolicyIsABug) {
  server_.domain.Answer({});
  const Outcome outcome = Posternctl({"--server", target(), "policy", "d.test"});
  EXPECT_EQ(outcome.status, 70);
  ExpectOneLine(outcome.err);
}

TEST_F(AppTest, GivesUpAfterTheTimeout) {
  server_.domain.Hang();
  const Outcome outcome =
      Posternctl({"--server", target(), "--timeout", "50ms", "policy", "d.test"});
  EXPECT_EQ(outcome.status, 69);
  EXPECT_THAT(outcome.err, HasSubstr("within 50ms: try again, or give more time with --timeout"));
  ExpectOneLine(outcome.err);
}

TEST_F(AppTest, NoServerIsExitStatus69AndNamesTheAddress) {
  SocketDir sockets;
  const std::string nobody = sockets.Target("nobody.sock");
  const Outcome outcome = Posternctl({"--server", nobody.c_str(), "status"});
  EXPECT_EQ(outcome.status, 69);
  EXPECT_THAT(outcome.err, HasSubstr("no answer from " + nobody));
  ExpectOneLine(outcome.err);
}

TEST_F(AppTest, TakesTheServerFromTheEnvironmentUnlessItIsGiven) {
  server_.status.Answer({});
  FakePolicyServer other;
  other.status.Answer({});
  setenv("POSTERN_SERVER", target(), 1);
  EXPECT_EQ(Posternctl({"status"}).status, 0);
  EXPECT_THAT(server_.status.requests(), SizeIs(1));
  EXPECT_EQ(Posternctl({"--server", other.target().c_str(), "status"}).status, 0);
  EXPECT_THAT(other.status.requests(), SizeIs(1));
  unsetenv("POSTERN_SERVER");
}

TEST_F(AppTest, AUsageErrorNamesTheArgument) {
  const struct {
    std::vector<const char*> arguments;
    const char* named;
  } kCases[] = {
      {{}, "command"},
      {{"frobnicate"}, "frobnicate"},
      {{"tlsa"}, "tlsa generate"},
      {{"tlsa", "frobnicate"}, "frobnicate"},
      {{"policy"}, "DOMAIN"},
      {{"policy", "d.test", "--port", "0"}, "--port"},
      {{"policy", "d.test", "--port", "65536"}, "--port"},
      {{"policy", "d.test", "--port", "smtp"}, "--port"},
      {{"policy", "d.test", "--mode", "strict"}, "--mode"},
      {{"policy", "d.test", "e.test"}, "e.test"},
      {{"policy", "d.test", "--nope"}, "--nope"},
      {{"--timeout", "10", "status"}, "--timeout"},
      {{"--timeout", "0s", "status"}, "--timeout"},
      {{"--timeout", "-1s", "status"}, "--timeout"},
      {{"--output", "xml", "status"}, "--output"},
      {{"--cert", "c.pem", "--key", "k.pem", "status"}, "--ca"},
      {{"--ca", "a.pem", "--cert", "c.pem", "status"}, "--key"},
      {{"--ca", "a.pem", "--key", "k.pem", "status"}, "--cert"},
      {{"--server", "", "status"}, "--server: is empty"},
      {{"policy", "b\xfc.test"}, "DOMAIN: is not UTF-8 at byte 2"},
      {{"policy", "--relay", "b\xfc.test"}, "DOMAIN: is not UTF-8 at byte 2"},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Posternctl(test.arguments);
    EXPECT_EQ(outcome.status, 64) << test.named;
    EXPECT_THAT(outcome.err, HasSubstr(test.named));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST_F(AppTest, AnUnreadableTlsFileIsExitStatus65AndNamesTheOption) {
  const Outcome outcome = Posternctl({"--ca", "/nonexistent/ca.pem", "status"});
  EXPECT_EQ(outcome.status, 65);
  EXPECT_THAT(outcome.err, HasSubstr("--ca: /nonexistent/ca.pem cannot be read"));
  ExpectOneLine(outcome.err);
}

TEST_F(AppTest, OutputThatCannotBeWrittenIsNoSuccess) {
  server_.status.Answer({});
  std::ofstream full("/dev/full");
  std::ostringstream err;
  Terminal terminal{full, err};
  const char* arguments[] = {"posternctl", "--server", target(), "status"};
  EXPECT_EQ(RunApp(4, arguments, terminal), 70);
  ExpectOneLine(err.str());
}

TEST_F(AppTest, HelpAndVersionNeedNoServer) {
  const Outcome version = Posternctl({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_EQ(version.out, "posternctl 0.1.0\n");
  const Outcome help = Posternctl({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* word : {"policy", "status", "--server", "POSTERN_SERVER", "Exit status"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
  const Outcome policy = Posternctl({"policy", "--help"});
  EXPECT_EQ(policy.status, 0);
  for (const char* word : {"DOMAIN", "--relay", "--mode", "--port"}) {
    EXPECT_THAT(policy.out, HasSubstr(word));
  }
}

}  // namespace
}  // namespace postern::posternctl
