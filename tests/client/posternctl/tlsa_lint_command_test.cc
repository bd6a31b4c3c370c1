#include <string>
#include <vector>

#include "client/posternctl/association_data.h"
#include "client/posternctl/certificate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/posternctl/run_posternctl.h"
#include "tests/client/posternctl/test_certificate.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class TlsaLintCommandTest : public ::testing::Test {
 protected:
  TlsaLintCommandTest() {
    const std::string pem = Issue({}).Pem();
    chain_ = WriteTestFile("chain.pem", pem);
    next_chain_ = WriteTestFile("next.pem", Issue({}).Pem());
    policy_.set_domain("d.test");
    policy_.set_verdict(v1::DomainPolicy::HOSTS);
    policy_.set_reason(v1::DomainPolicy::MX_FOUND);
    v1::HostPolicy& host = *policy_.add_hosts();
    host.set_host("mx.test");
    host.set_verdict(v1::HostPolicy::DANE);
    host.set_tlsa_base_domain("base.test");
    v1::TlsaRecord& record = *host.add_tlsa_records();
    record.set_certificate_usage(3);
    record.set_selector(1);
    record.set_matching_type(1);
    record.set_usable(true);
    record.set_certificate_association_data(
        *AssociationData(ParseCertificates(pem)->front(), 1, 1));
    v1::DnsQuery& query = *policy_.add_trace();
    query.set_name("_587._tcp.base.test");
    query.set_type("TLSA");
    query.set_ttl(600);
  }

  Outcome Lint(std::vector<std::string> arguments) {
    const std::vector<std::string> first = {"--server", server_.target(), "tlsa", "lint"};
    arguments.insert(arguments.begin(), first.begin(), first.end());
    return RunPosternctl(arguments);
  }

  FakePolicyServer server_;
  std::string chain_;
  std::string next_chain_;
  v1::DomainPolicy policy_;
};

TEST_F(TlsaLintCommandTest, AsksAboutTheDomainsHosts) {
  v1::ResolveDomainPolicyResponse response;
  *response.mutable_policy() = policy_;
  server_.domain.Answer(response);
  const Outcome outcome = Lint({"d.test", "--chain", chain_, "--port", "587"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("d.test  HOSTS  from its MX records\n\n"
                                      "mx.test  GOOD  _587._tcp.base.test\n    3 1 1 "));
  EXPECT_THAT(outcome.out, HasSubstr("at least 1200 s"));
  EXPECT_EQ(server_.domain.requests().at(0).domain(), "d.test");
  EXPECT_EQ(server_.domain.requests().at(0).port(), 587u);
}

TEST_F(TlsaLintCommandTest, AsksAboutARelayAndComparesTheNextChain) {
  v1::ResolveRelayPolicyResponse response;
  *response.mutable_policy() = policy_;
  server_.relay.Answer(response);
  const Outcome outcome = Lint(
      {"mx.test", "--relay", "--chain", next_chain_, "--next-chain", chain_, "--output", "json"});
  EXPECT_EQ(outcome.status, 1) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("{\n \"domain\": \"d.test\",\n \"verdict\": \"HOSTS\""));
  for (const char* field : {"\"result\": \"BAD\"", "\"state\": \"MATCHES_NEXT\"",
                            "\"nextDepth\": 0", "\"matches\": false", "\"matchesNext\": true"}) {
    EXPECT_THAT(outcome.out, HasSubstr(field));
  }
  EXPECT_EQ(server_.relay.requests().at(0).host(), "mx.test");
  EXPECT_EQ(server_.relay.requests().at(0).port(), 25u);
}

TEST_F(TlsaLintCommandTest, AnErrorNamesTheArgument) {
  const struct {
    std::vector<std::string> arguments;
    int status;
    const char* named;
  } kCases[] = {
      {{"--chain", chain_}, 64, "DOMAIN"},
      {{"d.test"}, 64, "--chain"},
      {{"d.test", "--chain", "/nonexistent"}, 65, "--chain: /nonexistent"},
      {{"d.test", "--chain", chain_, "--next-chain", "/nonexistent"}, 65, "--next-chain: /nonex"},
      {{"d.test", "--chain", chain_}, 69, "no script"},
  };
  for (const auto& test : kCases) {
    const Outcome outcome = Lint(test.arguments);
    EXPECT_EQ(outcome.status, test.status) << test.named;
    EXPECT_THAT(outcome.err, HasSubstr(test.named));
    ExpectOneLine(outcome.err);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

}  // namespace
}  // namespace postern::posternctl
