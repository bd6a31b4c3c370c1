#include "client/posternctl/probe_address.h"

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/client.h"
#include "client/mocks/mock_connection.h"
#include "client/options.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/examples/smtp_worker/scripted_server.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern::posternctl {
namespace {

using smtp_worker::ScriptedServer;
using smtp_worker::ServerScript;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Return;
using ::testing::StartsWith;
using Request = v1::VerifyHandshakeRequest;

class ProbeAddressTest : public ::testing::Test {
 protected:
  ProbeAddressTest() {
    std::signal(SIGPIPE, SIG_IGN);
    host_.set_host("mx1.test");
    host_.set_verdict(v1::HostPolicy::DANE);
    host_.set_sni("mx1.test");
    options_.helo_name = "probe.test";
    ON_CALL(*connection_, VerifyHandshake)
        .WillByDefault([this](const Request& request, const auto&) {
          asked_.push_back(request);
          v1::VerifyHandshakeResponse response;
          response.mutable_handshake()->set_action(v1::HandshakeVerdict::PROCEED);
          return response;
        });
  }

  // Probes a server and leaves what it heard in heard_.
  absl::StatusOr<AddressProbe> Run(const ServerScript& script) {
    ScriptedServer server(script, server_context_.get());
    options_.dial = [&server](const std::string&, uint16_t, absl::Time) -> absl::StatusOr<int> {
      return server.Connect();
    };
    auto probe = ProbeAddress(host_, "192.0.2.1", Client(connection_, client_options_),
                              context_.get(), options_);
    heard_ = server.commands();
    return probe;
  }

  static std::vector<std::string> Steps(const AddressProbe& probe) {
    std::vector<std::string> names;
    for (const ProbeStep& step : probe.steps()) names.push_back(step.name());
    return names;
  }

  TestCertificate leaf_{"mx1.test"};
  std::string staple_ = "a staple";
  ContextPtr server_context_ = NewServerContext({{&leaf_}, 0, &staple_});
  ContextPtr context_ = NewClientContext();
  std::shared_ptr<::testing::NiceMock<MockConnection>> connection_ =
      std::make_shared<::testing::NiceMock<MockConnection>>();
  Options client_options_;
  v1::HostPolicy host_;
  ProbeOptions options_;
  std::vector<Request> asked_;
  std::vector<std::string> heard_;
};

TEST_F(ProbeAddressTest, GoesAsFarAsTheVerdictAndSendsNoMail) {
  const auto probe = Run({});
  ASSERT_TRUE(probe.ok()) << probe.status();
  EXPECT_THAT(heard_, ElementsAre("EHLO probe.test", "STARTTLS", "tls:QUIT"));
  EXPECT_THAT(Steps(*probe),
              ElementsAre("connect", "greeting", "ehlo", "starttls", "handshake", "verdict"));
  EXPECT_THAT(probe->error(), IsEmpty());
  EXPECT_TRUE(probe->has_handshake());
  EXPECT_EQ(probe->address(), "192.0.2.1");
  EXPECT_EQ(probe->port(), 25u);
  EXPECT_THAT(probe->tls_version(), StartsWith("TLSv1."));
  EXPECT_TRUE(probe->stapled());
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].tls(), Request::ESTABLISHED);
  EXPECT_THAT(asked_[0].certificates(), ElementsAre(leaf_.der()));
  EXPECT_EQ(asked_[0].staple(), staple_);
  EXPECT_TRUE(asked_[0].include_details());
}

TEST_F(ProbeAddressTest, SpeaksTlsAtOnceWithoutStarttls) {
  options_.starttls = false;
  ServerScript script;
  script.tls_at_once = true;
  const auto probe = Run(script);
  ASSERT_TRUE(probe.ok()) << probe.status();
  EXPECT_THAT(heard_, ElementsAre("tls:QUIT"));
  EXPECT_THAT(Steps(*probe), ElementsAre("connect", "handshake", "verdict"));
  EXPECT_TRUE(probe->has_handshake());
}

TEST_F(ProbeAddressTest, AsksForTheVerdictOfAMissingOrRefusedStarttls) {
  ServerScript missing;
  missing.offer_starttls = false;
  ServerScript refused;
  refused.starttls = "454 not today\r\n";
  for (const ServerScript& script : {missing, refused}) {
    asked_.clear();
    const auto probe = Run(script);
    ASSERT_TRUE(probe.ok()) << probe.status();
    ASSERT_EQ(asked_.size(), 1u);
    EXPECT_EQ(asked_[0].tls(), Request::NOT_OFFERED);
    EXPECT_EQ(heard_.back(), "QUIT");
    EXPECT_TRUE(probe->has_handshake());
    EXPECT_THAT(probe->tls_version(), IsEmpty());
  }
}

TEST_F(ProbeAddressTest, AsksForTheVerdictOfAFailedHandshake) {
  ServerScript script;
  script.break_handshake = true;
  const auto probe = Run(script);
  ASSERT_TRUE(probe.ok()) << probe.status();
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].tls(), Request::HANDSHAKE_FAILED);
  EXPECT_THAT(probe->error(), StartsWith("handshake: "));
}

TEST_F(ProbeAddressTest, HasNoVerdictWhereThereIsNothingToJudge) {
  ServerScript busy;
  busy.greeting = "554 go away\x80\x1b[2J\r\n";
  ServerScript nonsense;
  nonsense.greeting = "HTTP/1.0 400\r\n";
  ServerScript injected;
  injected.starttls = "220 go ahead\r\n250 injected\r\n";
  const struct {
    ServerScript script;
    const char* error;
  } kCases[] = {
      {busy, "greeting: 554 go away?"},
      {nonsense, "greeting: the server's reply has a line without a code"},
      {injected, "starttls: bytes after the reply to STARTTLS"},
  };
  for (const auto& test : kCases) {
    const auto probe = Run(test.script);
    ASSERT_TRUE(probe.ok()) << probe.status();
    EXPECT_FALSE(probe->has_handshake());
    EXPECT_THAT(probe->error(), StartsWith(test.error));
  }
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(ProbeAddressTest, TellsThatNobodyIsThere) {
  options_.dial = [](const std::string&, uint16_t, absl::Time) -> absl::StatusOr<int> {
    return absl::UnavailableError("cannot connect: Connection refused");
  };
  const auto probe =
      ProbeAddress(host_, "192.0.2.1", Client(connection_), context_.get(), options_);
  ASSERT_TRUE(probe.ok());
  EXPECT_EQ(probe->error(), "connect: cannot connect: Connection refused");
  EXPECT_THAT(Steps(*probe), ElementsAre("connect"));
}

TEST_F(ProbeAddressTest, TellsOfAHostThatSendsWhatTheServiceRefuses) {
  EXPECT_CALL(*connection_, VerifyHandshake)
      .WillOnce(Return(absl::InvalidArgumentError("certificates: must be at most 16")));
  const auto probe = Run({});
  ASSERT_TRUE(probe.ok()) << probe.status();
  EXPECT_FALSE(probe->has_handshake());
  EXPECT_EQ(probe->error(), "verdict: certificates: must be at most 16");
}

TEST_F(ProbeAddressTest, FailsWithoutAnAnswerOfTheService) {
  client_options_.verify_handshake.failure_mode = HandshakeFailureMode::kReturnError;
  EXPECT_CALL(*connection_, VerifyHandshake).WillOnce(Return(absl::UnavailableError("draining")));
  const auto probe = Run({});
  EXPECT_TRUE(absl::IsUnavailable(probe.status())) << probe.status();
  EXPECT_EQ(heard_.back(), "tls:QUIT");
}

}  // namespace
}  // namespace postern::posternctl
