#include "client/examples/smtp_worker/delivery.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/examples/smtp_worker/scripted_server.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern::smtp_worker {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Return;
using Request = v1::VerifyHandshakeRequest;
using Verdict = v1::HandshakeVerdict;

// What the service would say of a server whose certificate is right.
v1::VerifyHandshakeResponse Judge(const Request& request) {
  v1::VerifyHandshakeResponse response;
  Verdict& verdict = *response.mutable_handshake();
  const bool tls = request.tls() == Request::ESTABLISHED;
  const bool dane = request.policy().verdict() == v1::HostPolicy::DANE;
  const bool opportunistic = request.policy().verdict() == v1::HostPolicy::OPPORTUNISTIC;
  verdict.set_cv(tls && dane ? "dane" : "no");
  verdict.set_action(tls || opportunistic ? Verdict::PROCEED : Verdict::NEXT_HOST);
  return response;
}

class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() {
    std::signal(SIGPIPE, SIG_IGN);
    ON_CALL(*connection_, VerifyHandshake).WillByDefault([](const Request& request, const auto&) {
      return Judge(request);
    });
    policy_.mutable_policy()->set_domain("d.test");
    policy_.mutable_policy()->set_verdict(v1::DomainPolicy::HOSTS);
    options_.helo_name = "worker.test";
    options_.dial = [this](const std::string& address, uint16_t,
                           absl::Time) -> absl::StatusOr<int> {
      auto server = servers_.find(address);
      if (server == servers_.end()) return absl::UnavailableError("nobody there");
      return server->second->Connect();
    };
  }

  // The next host, with one address; its server.
  ScriptedServer& AddHost(v1::HostPolicy::Verdict verdict, ServerScript script = {}) {
    const int number = policy_.policy().hosts_size() + 1;
    v1::HostPolicy& host = *policy_.mutable_policy()->add_hosts();
    host.set_host(absl::StrCat("mx", number, ".test"));
    host.set_preference(10 * number);
    host.set_verdict(verdict);
    host.add_addresses(absl::StrCat("192.0.2.", number));
    auto server = std::make_unique<ScriptedServer>(std::move(script), server_context_.get());
    return *(servers_[host.addresses(0)] = std::move(server));
  }

  Outcome Run() {
    EXPECT_CALL(*connection_, ResolveDomainPolicy).WillOnce(Return(policy_));
    return Deliver({"s@w.test", "r@d.test", EncodeData("Subject: x\n\n.dot\n")},
                   Client(connection_), context_.get(), options_,
                   [this](const std::string& line) { log_.push_back(line); });
  }

  TestCertificate leaf_{"mx1.test"};
  ContextPtr server_context_ = NewServerContext({{&leaf_}});
  ContextPtr context_ = NewClientContext();
  std::shared_ptr<::testing::NiceMock<MockConnection>> connection_ =
      std::make_shared<::testing::NiceMock<MockConnection>>();
  v1::ResolveDomainPolicyResponse policy_;
  std::map<std::string, std::unique_ptr<ScriptedServer>> servers_;
  WorkerOptions options_;
  std::vector<std::string> log_;
};

// No command of a mail came in clear text.
void ExpectNoMailInClearText(ScriptedServer& server) {
  for (const std::string& command : server.commands()) {
    EXPECT_THAT(command, Not(::testing::StartsWith("MAIL")));
  }
}

TEST_F(DeliveryTest, GoesTheWholeWayUnderTls) {
  ScriptedServer& server = AddHost(v1::HostPolicy::DANE);
  EXPECT_EQ(Run(), Outcome::kDelivered);
  EXPECT_THAT(server.commands(), ElementsAre("EHLO worker.test", "STARTTLS", "tls:EHLO worker.test",
                                             "tls:MAIL FROM:<s@w.test>", "tls:RCPT TO:<r@d.test>",
                                             "tls:DATA", "tls:Subject: x||..dot|", "tls:QUIT"));
  ASSERT_EQ(log_.size(), 2u);
  EXPECT_THAT(log_[1], HasSubstr("host=mx1.test address=192.0.2.1 policy=DANE"));
  EXPECT_THAT(log_[1], HasSubstr("CV=dane"));
  EXPECT_THAT(log_[1], HasSubstr("result=delivered detail=\"250 taken\""));
}

TEST_F(DeliveryTest, GoesToTheNextHostWhereStarttlsIsStrippedUnderDane) {
  for (auto verdict : {v1::HostPolicy::DANE, v1::HostPolicy::TLS_UNAUTHENTICATED}) {
    policy_.mutable_policy()->clear_hosts();
    ServerScript stripped;
    stripped.offer_starttls = false;
    ScriptedServer& first = AddHost(verdict, stripped);
    ScriptedServer& second = AddHost(verdict);
    EXPECT_EQ(Run(), Outcome::kDelivered);
    EXPECT_THAT(first.commands(), ElementsAre("EHLO worker.test", "QUIT"));
    EXPECT_THAT(second.commands(), Contains("tls:MAIL FROM:<s@w.test>"));
  }
}

TEST_F(DeliveryTest, NeverGoesInClearTextUnderDaneWhateverTheVerdictSays) {
  Verdict proceed;
  proceed.set_action(Verdict::PROCEED);
  v1::VerifyHandshakeResponse response;
  *response.mutable_handshake() = proceed;
  ON_CALL(*connection_, VerifyHandshake).WillByDefault(Return(response));
  ServerScript none, refused, broken;
  none.offer_starttls = false;
  refused.starttls = "454 not now\r\n";
  broken.break_handshake = true;
  for (const ServerScript& script : {none, refused, broken}) {
    for (auto verdict : {v1::HostPolicy::DANE, v1::HostPolicy::TLS_UNAUTHENTICATED}) {
      policy_.mutable_policy()->clear_hosts();
      ScriptedServer& server = AddHost(verdict, script);
      EXPECT_EQ(Run(), Outcome::kDeferred);
      ExpectNoMailInClearText(server);
      EXPECT_EQ(server.connections(), 1);
    }
  }
}

TEST_F(DeliveryTest, GoesInClearTextWhereTheHostIsOpportunistic) {
  ServerScript none, refused, broken;
  none.offer_starttls = false;
  refused.starttls = "454 not now\r\n";
  broken.break_handshake = true;
  for (const ServerScript& script : {none, refused, broken}) {
    policy_.mutable_policy()->clear_hosts();
    ScriptedServer& server = AddHost(v1::HostPolicy::OPPORTUNISTIC, script);
    EXPECT_EQ(Run(), Outcome::kDelivered);
    EXPECT_THAT(server.commands(), Contains("MAIL FROM:<s@w.test>"));
    EXPECT_EQ(server.connections(), script.break_handshake ? 2 : 1);
  }
}

TEST_F(DeliveryTest, RefusesBytesThatWereInjectedAfterStarttls) {
  // CVE-2011-0411: the reply that was injected would be read as one under TLS.
  ServerScript injected;
  injected.starttls = "220 go ahead\r\n250 injected\r\n";
  for (auto verdict : {v1::HostPolicy::DANE, v1::HostPolicy::OPPORTUNISTIC}) {
    policy_.mutable_policy()->clear_hosts();
    ScriptedServer& first = AddHost(verdict, injected);
    ScriptedServer& second = AddHost(verdict);
    EXPECT_EQ(Run(), Outcome::kDelivered);
    EXPECT_THAT(first.commands(), ElementsAre("EHLO worker.test", "STARTTLS"));
    EXPECT_EQ(first.connections(), 1);
    EXPECT_THAT(second.commands(), Contains("tls:MAIL FROM:<s@w.test>"));
  }
}

TEST_F(DeliveryTest, SendsNoMailOverAConnectionWhoseVerdictIsTheNextHostD20) {
  v1::VerifyHandshakeResponse mismatch;
  mismatch.mutable_handshake()->set_verdict(Verdict::FAILED);
  mismatch.mutable_handshake()->set_action(Verdict::NEXT_HOST);
  mismatch.mutable_handshake()->set_reason(Verdict::TLSA_MISMATCH);
  ON_CALL(*connection_, VerifyHandshake).WillByDefault(Return(mismatch));
  ScriptedServer& server = AddHost(v1::HostPolicy::DANE);
  EXPECT_EQ(Run(), Outcome::kDeferred);
  EXPECT_THAT(server.commands(), ElementsAre("EHLO worker.test", "STARTTLS", "tls:QUIT"));
  EXPECT_THAT(log_.back(), HasSubstr("reason=TLSA_MISMATCH action=NEXT_HOST"));
}

TEST_F(DeliveryTest, DefersUnderDaneAndGoesOnOpportunisticallyWithoutTheService) {
  ON_CALL(*connection_, VerifyHandshake).WillByDefault(Return(absl::UnavailableError("away")));
  ScriptedServer& dane = AddHost(v1::HostPolicy::DANE);
  EXPECT_EQ(Run(), Outcome::kDeferred);
  ExpectNoMailInClearText(dane);
  EXPECT_THAT(dane.commands(), Not(Contains("tls:MAIL FROM:<s@w.test>")));
  EXPECT_THAT(log_.back(), HasSubstr("service=away"));
  ScriptedServer& opportunistic = AddHost(v1::HostPolicy::OPPORTUNISTIC);
  servers_["192.0.2.1"] = std::make_unique<ScriptedServer>(ServerScript{}, server_context_.get());
  EXPECT_EQ(Run(), Outcome::kDelivered);
  EXPECT_THAT(opportunistic.commands(), Contains("tls:MAIL FROM:<s@w.test>"));
}

TEST_F(DeliveryTest, RefusesOn5xxAndTriesTheNextHostOn4xx) {
  const struct {
    const char* label;
    std::string ServerScript::*reply;
  } kCases[] = {
      {"MAIL", &ServerScript::mail},
      {"RCPT", &ServerScript::rcpt},
      {"DATA", &ServerScript::data},
      {"final dot", &ServerScript::end},
  };
  for (const auto& test : kCases) {
    policy_.mutable_policy()->clear_hosts();
    ServerScript script;
    script.*test.reply = "550 5.1.1 no such user\r\n";
    AddHost(v1::HostPolicy::DANE, script);
    ScriptedServer& unused = AddHost(v1::HostPolicy::DANE);
    EXPECT_EQ(Run(), Outcome::kRefused) << test.label;
    EXPECT_EQ(unused.connections(), 0) << test.label;

    policy_.mutable_policy()->clear_hosts();
    script.*test.reply = "451 4.3.0 later\r\n";
    AddHost(v1::HostPolicy::DANE, script);
    EXPECT_EQ(Run(), Outcome::kDeferred) << test.label;
    AddHost(v1::HostPolicy::DANE);
    servers_["192.0.2.1"] = std::make_unique<ScriptedServer>(script, server_context_.get());
    EXPECT_EQ(Run(), Outcome::kDelivered) << test.label;
  }
}

TEST_F(DeliveryTest, TakesTheLastHostsWordOnItsGreeting) {
  ServerScript refuses, later;
  refuses.greeting = "554 go away\r\n";
  later.greeting = "421 later\r\n";
  AddHost(v1::HostPolicy::OPPORTUNISTIC, later);
  AddHost(v1::HostPolicy::OPPORTUNISTIC, refuses);
  EXPECT_EQ(Run(), Outcome::kRefused);
  AddHost(v1::HostPolicy::OPPORTUNISTIC, later);
  servers_["192.0.2.1"] = std::make_unique<ScriptedServer>(later, server_context_.get());
  servers_["192.0.2.2"] = std::make_unique<ScriptedServer>(refuses, server_context_.get());
  EXPECT_EQ(Run(), Outcome::kDeferred);
}

TEST_F(DeliveryTest, DoesNotBounceOnARefusalThatAnyoneOnTheWayMayHaveForgedD20) {
  ServerScript refuses;
  refuses.greeting = "554 go away\r\n";
  for (auto verdict : {v1::HostPolicy::DANE, v1::HostPolicy::TLS_UNAUTHENTICATED}) {
    policy_.mutable_policy()->clear_hosts();
    AddHost(verdict, refuses);
    EXPECT_EQ(Run(), Outcome::kDeferred);
  }
  policy_.mutable_policy()->clear_hosts();
  options_.handshake.require_pkix = true;
  AddHost(v1::HostPolicy::OPPORTUNISTIC, refuses);
  EXPECT_EQ(Run(), Outcome::kDeferred);
}

TEST_F(DeliveryTest, SkipsAHostAndTriesEachAddressOfTheNext) {
  ScriptedServer& skipped = AddHost(v1::HostPolicy::SKIP);
  AddHost(v1::HostPolicy::DANE);
  v1::HostPolicy& host = *policy_.mutable_policy()->mutable_hosts(1);
  servers_["2001:db8::2"] = std::move(servers_["192.0.2.2"]);
  servers_.erase("192.0.2.2");
  host.add_addresses("2001:db8::2");
  EXPECT_EQ(Run(), Outcome::kDelivered);
  EXPECT_EQ(skipped.connections(), 0);
  ASSERT_EQ(log_.size(), 4u);
  EXPECT_THAT(log_[1], HasSubstr("policy=SKIP"));
  EXPECT_THAT(log_[2], HasSubstr("result=unreachable"));
  EXPECT_THAT(log_[3], HasSubstr("address=2001:db8::2"));
}

TEST_F(DeliveryTest, EndsByTheDomainsVerdict) {
  const struct {
    v1::DomainPolicy::Verdict verdict;
    bool fail_permanently;
    Outcome outcome;
  } kCases[] = {
      {v1::DomainPolicy::NULL_MX, false, Outcome::kRefused},
      {v1::DomainPolicy::NO_SUCH_DOMAIN, false, Outcome::kRefused},
      {v1::DomainPolicy::DEFER, false, Outcome::kDeferred},
      {v1::DomainPolicy::DEFER, true, Outcome::kRefused},
      {static_cast<v1::DomainPolicy::Verdict>(99), false, Outcome::kDeferred},
      {v1::DomainPolicy::HOSTS, false, Outcome::kDeferred},  // None at all.
  };
  for (const auto& test : kCases) {
    policy_.mutable_policy()->set_verdict(test.verdict);
    policy_.mutable_policy()->set_fail_permanently(test.fail_permanently);
    EXPECT_EQ(Run(), test.outcome) << test.verdict;
  }
}

TEST_F(DeliveryTest, DefersWhereThePolicyIsUnknown) {
  EXPECT_CALL(*connection_, ResolveDomainPolicy)
      .WillOnce(Return(absl::UnavailableError("away")))
      .WillOnce(Return(absl::InvalidArgumentError("domain: empty label")));
  auto deliver = [&] {
    return Deliver({"s@w.test", "r@d..test", EncodeData("x")}, Client(connection_), context_.get(),
                   options_, [this](const auto& line) { log_.push_back(line); });
  };
  EXPECT_EQ(deliver(), Outcome::kDeferred);
  EXPECT_THAT(log_.back(), HasSubstr("service=away"));
  EXPECT_EQ(deliver(), Outcome::kRefused);
}

TEST_F(DeliveryTest, IsNotLedAstrayByAnErrorThatWasLeftInOpensslsQueue) {
  // gRPC, which shares the thread and OpenSSL, asked for the verdict meanwhile.
  ON_CALL(*connection_, VerifyHandshake).WillByDefault([](const Request& request, const auto&) {
    ERR_raise(ERR_LIB_USER, 1);
    return Judge(request);
  });
  AddHost(v1::HostPolicy::DANE);
  EXPECT_EQ(Run(), Outcome::kDelivered);
}

TEST_F(DeliveryTest, WaitsForEverWhereAskedTo) {
  options_.connect_timeout = options_.handshake_timeout = options_.reply_timeout =
      absl::InfiniteDuration();
  AddHost(v1::HostPolicy::DANE);
  EXPECT_EQ(Run(), Outcome::kDelivered);
}

TEST_F(DeliveryTest, GivesUpOnASilentServer) {
  ServerScript silent;
  silent.greeting = "";
  AddHost(v1::HostPolicy::DANE, silent);
  options_.reply_timeout = absl::Milliseconds(20);
  EXPECT_EQ(Run(), Outcome::kDeferred);
  EXPECT_THAT(log_.back(), HasSubstr("no answer in time"));
}

TEST_F(DeliveryTest, ObeysAnAuditedPolicyInClearTextD74) {
  ServerScript none;
  none.offer_starttls = false;
  ScriptedServer& server = AddHost(v1::HostPolicy::DANE, none);
  policy_.mutable_policy()->mutable_hosts(0)->set_audit(true);
  v1::VerifyHandshakeResponse audited;
  audited.mutable_handshake()->set_action(Verdict::PROCEED);
  audited.mutable_handshake()->set_audit_failure(true);
  ON_CALL(*connection_, VerifyHandshake).WillByDefault(Return(audited));
  EXPECT_EQ(Run(), Outcome::kDelivered);
  EXPECT_THAT(server.commands(), Contains("MAIL FROM:<s@w.test>"));
  EXPECT_THAT(log_.back(), HasSubstr("audit=failed"));
}

}  // namespace
}  // namespace postern::smtp_worker
