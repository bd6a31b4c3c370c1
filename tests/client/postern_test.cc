#include "client/postern.h"

#include <openssl/ssl.h>

#include <cstring>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CInterfaceTest : public ::testing::Test {
 protected:
  CInterfaceTest() {
    v1::ResolveDomainPolicyResponse response;
    v1::DomainPolicy& policy = *response.mutable_policy();
    policy.set_domain("d.test");
    policy.set_verdict(v1::DomainPolicy::HOSTS);
    policy.set_reason(v1::DomainPolicy::MX_FOUND);
    policy.mutable_expire_time()->set_seconds(1234);
    v1::HostPolicy& host = *policy.add_hosts();
    host.set_host("mx1.test");
    host.set_preference(10);
    host.set_verdict(v1::HostPolicy::DANE);
    host.set_reason(v1::HostPolicy::TLSA_USABLE);
    host.set_sni("base.test");
    host.set_tlsa_base_domain("base.test");
    host.set_request_ocsp(true);
    host.set_require_ocsp(true);
    host.set_require_revocation_status(true);
    host.add_addresses("192.0.2.1");
    host.add_addresses("2001:db8::1");
    policy.add_hosts()->set_verdict(v1::HostPolicy::SKIP);
    server_.domain.Answer(response);
    options_.server = server_.target().c_str();
    options_.verify_timeout = 2000;
  }
  ~CInterfaceTest() override {
    postern_policy_destroy(policy_);
    postern_client_destroy(client_);
  }

  void Resolve() {
    ASSERT_EQ(postern_client_create(&options_, &client_, error_, sizeof(error_)), POSTERN_OK)
        << error_;
    ASSERT_EQ(postern_resolve_domain(client_, "d.test", 2525, &policy_, error_, sizeof(error_)),
              POSTERN_OK)
        << error_;
  }

  FakePolicyServer server_;
  postern_options options_ = {};
  postern_client* client_ = nullptr;
  postern_policy* policy_ = nullptr;
  char error_[POSTERN_ERROR_SIZE] = {};
};

TEST_F(CInterfaceTest, TellsThePolicy) {
  Resolve();
  EXPECT_EQ(server_.domain.requests().at(0).domain(), "d.test");
  EXPECT_EQ(server_.domain.requests().at(0).port(), 2525u);
  EXPECT_EQ(postern_policy_verdict(policy_), POSTERN_DOMAIN_HOSTS);
  EXPECT_STREQ(postern_policy_reason(policy_), "MX_FOUND");
  EXPECT_EQ(postern_policy_from_server(policy_), 1);
  EXPECT_EQ(postern_policy_expires(policy_), 1234);
  ASSERT_EQ(postern_policy_host_count(policy_), 2u);
  EXPECT_STREQ(postern_host_name(policy_, 0), "mx1.test");
  EXPECT_EQ(postern_host_preference(policy_, 0), 10u);
  EXPECT_EQ(postern_host_verdict_of(policy_, 0), POSTERN_HOST_DANE);
  EXPECT_STREQ(postern_host_reason(policy_, 0), "TLSA_USABLE");
  EXPECT_STREQ(postern_host_sni(policy_, 0), "base.test");
  EXPECT_STREQ(postern_host_tlsa_base_domain(policy_, 0), "base.test");
  EXPECT_EQ(postern_host_request_ocsp(policy_, 0), 1);
  EXPECT_EQ(postern_host_require_ocsp(policy_, 0), 1);
  EXPECT_EQ(postern_host_require_revocation_status(policy_, 0), 1);
  EXPECT_EQ(postern_host_require_ocsp(policy_, 1), 0);
  EXPECT_EQ(postern_host_require_revocation_status(policy_, 1), 0);
  EXPECT_EQ(postern_host_audit(policy_, 0), 0);
  ASSERT_EQ(postern_host_address_count(policy_, 0), 2u);
  EXPECT_STREQ(postern_host_address(policy_, 0, 1), "2001:db8::1");
}

TEST_F(CInterfaceTest, GivesAnEmptyHostToSkipPastTheLast) {
  Resolve();
  EXPECT_STREQ(postern_host_name(policy_, 2), "");
  EXPECT_EQ(postern_host_verdict_of(policy_, 2), POSTERN_HOST_SKIP);
  EXPECT_STREQ(postern_host_address(policy_, 0, 2), "");
  EXPECT_STREQ(postern_host_address(policy_, 9, 0), "");
  postern_handshake verdict;
  EXPECT_EQ(postern_verify_no_tls(client_, POSTERN_TLS_FAILED, policy_, 2, &verdict, error_,
                                  sizeof(error_)),
            POSTERN_INVALID);
  EXPECT_THAT(error_, HasSubstr("host"));
}

TEST_F(CInterfaceTest, PreparesAndVerifiesAHandshake) {
  v1::VerifyHandshakeResponse response;
  v1::HandshakeVerdict& handshake = *response.mutable_handshake();
  handshake.set_verdict(v1::HandshakeVerdict::VERIFIED_DANE);
  handshake.set_action(v1::HandshakeVerdict::PROCEED);
  handshake.set_reason(v1::HandshakeVerdict::DANE_EE_MATCHED);
  handshake.set_cv("dane");
  handshake.set_matched_depth(0);
  handshake.set_matched_name("base.test");
  handshake.set_detail(std::string(600, 'x'));
  server_.handshake.Answer(response);
  Resolve();
  const TestCertificate leaf("base.test");
  ContextPtr server_context = NewServerContext({{&leaf}});
  ContextPtr client_context = NewClientContext();
  TlsPair pair(client_context.get(), server_context.get());
  ASSERT_EQ(postern_prepare(pair.client(), policy_, 0, error_, sizeof(error_)), POSTERN_OK);
  postern_handshake verdict;
  EXPECT_EQ(postern_verify(client_, pair.client(), policy_, 0, &verdict, error_, sizeof(error_)),
            POSTERN_STATE);
  ASSERT_TRUE(pair.Handshake());
  EXPECT_EQ(pair.server_name(), "base.test");
  ASSERT_EQ(postern_verify(client_, pair.client(), policy_, 0, &verdict, error_, sizeof(error_)),
            POSTERN_OK)
      << error_;
  EXPECT_EQ(verdict.verdict, POSTERN_VERIFIED_DANE);
  EXPECT_EQ(verdict.action, POSTERN_PROCEED);
  EXPECT_EQ(verdict.from_server, 1);
  EXPECT_EQ(verdict.matched_depth, 0);
  EXPECT_STREQ(verdict.cv, "dane");
  EXPECT_STREQ(verdict.reason, "DANE_EE_MATCHED");
  EXPECT_STREQ(verdict.matched_name, "base.test");
  EXPECT_EQ(strlen(verdict.detail), 512u);
  EXPECT_EQ(postern_may_keep_session(pair.client()), 1);
  EXPECT_THAT(server_.handshake.requests().at(0).certificates(), ElementsAre(leaf.der()));
}

TEST_F(CInterfaceTest, DemandsPkixWhereAskedTo) {
  options_.require_pkix = 1;
  server_.handshake.Answer({});
  Resolve();
  postern_handshake verdict;
  (void)postern_verify_no_tls(client_, POSTERN_TLS_FAILED, policy_, 0, &verdict, error_,
                              sizeof(error_));
  EXPECT_TRUE(server_.handshake.requests().at(0).require_pkix());
  ContextPtr context = NewClientContext();
  SslPtr ssl(SSL_new(context.get()));
  SSL_set_min_proto_version(ssl.get(), TLS1_VERSION);
  ASSERT_EQ(postern_prepare(ssl.get(), policy_, 0, error_, sizeof(error_)), POSTERN_OK);
  EXPECT_EQ(SSL_get_min_proto_version(ssl.get()), TLS1_2_VERSION);
}

TEST_F(CInterfaceTest, RefusesToPrepareASkippedHost) {
  Resolve();
  ContextPtr context = NewClientContext();
  SslPtr ssl(SSL_new(context.get()));
  EXPECT_EQ(postern_prepare(ssl.get(), policy_, 1, error_, sizeof(error_)), POSTERN_STATE);
  EXPECT_THAT(error_, HasSubstr("next host"));
  EXPECT_EQ(postern_prepare(ssl.get(), policy_, 2, nullptr, 0), POSTERN_INVALID);
}

TEST_F(CInterfaceTest, TakesWhatItDoesNotKnowForFailed) {
  v1::VerifyHandshakeResponse response;
  response.mutable_handshake()->set_verdict(static_cast<v1::HandshakeVerdict::Verdict>(99));
  response.mutable_handshake()->set_action(static_cast<v1::HandshakeVerdict::Action>(99));
  response.mutable_handshake()->set_reason(static_cast<v1::HandshakeVerdict::Reason>(99));
  server_.handshake.Answer(response);
  Resolve();
  postern_handshake verdict;
  ASSERT_EQ(postern_verify_no_tls(client_, POSTERN_TLS_NOT_OFFERED, policy_, 0, &verdict, error_,
                                  sizeof(error_)),
            POSTERN_OK);
  EXPECT_EQ(verdict.verdict, POSTERN_FAILED);
  EXPECT_EQ(verdict.action, POSTERN_NEXT_HOST);
  EXPECT_EQ(verdict.matched_depth, -1);
  EXPECT_STREQ(verdict.reason, "");
}

TEST_F(CInterfaceTest, ObeysTheFailureMode) {
  server_.handshake.Fail(grpc::INTERNAL, "a bug");
  Resolve();
  postern_handshake verdict;
  ASSERT_EQ(postern_verify_no_tls(client_, POSTERN_TLS_FAILED, policy_, 0, &verdict, error_,
                                  sizeof(error_)),
            POSTERN_OK);
  EXPECT_EQ(verdict.action, POSTERN_NEXT_HOST);
  EXPECT_EQ(verdict.from_server, 0);
  postern_client* strict = nullptr;
  options_.verify_failure_mode = POSTERN_RETURN_ERROR;
  ASSERT_EQ(postern_client_create(&options_, &strict, error_, sizeof(error_)), POSTERN_OK);
  EXPECT_EQ(postern_verify_no_tls(strict, POSTERN_TLS_FAILED, policy_, 0, &verdict, error_,
                                  sizeof(error_)),
            POSTERN_INTERNAL);
  EXPECT_THAT(error_, HasSubstr("a bug"));
  postern_client_destroy(strict);
}

TEST_F(CInterfaceTest, NamesTheOptionThatIsWrongInWhateverSpaceThereIs) {
  options_.key = "key.pem";
  EXPECT_EQ(postern_client_create(&options_, &client_, error_, sizeof(error_)), POSTERN_INVALID);
  EXPECT_THAT(error_, HasSubstr("tls.ca"));
  char small[4] = "xyz";
  EXPECT_EQ(postern_client_create(&options_, &client_, small, sizeof(small)), POSTERN_INVALID);
  EXPECT_STREQ(small, "INV");
  EXPECT_EQ(postern_client_create(&options_, &client_, nullptr, 0), POSTERN_INVALID);
  EXPECT_EQ(client_, nullptr);
  options_ = {};
  options_.verify_failure_mode = static_cast<postern_failure_mode>(3);
  EXPECT_EQ(postern_client_create(&options_, &client_, error_, sizeof(error_)), POSTERN_INVALID);
}

TEST_F(CInterfaceTest, AsksForTheModeOfItsOptionsD24) {
  options_.dane_mode = POSTERN_DANE_MANDATORY;
  Resolve();
  EXPECT_EQ(server_.domain.requests().at(0).mode(), v1::Dane::MANDATORY);
  server_.relay.Answer({});
  postern_policy* relay = nullptr;
  (void)postern_resolve_relay(client_, "relay.test", 0, &relay, error_, sizeof(error_));
  EXPECT_EQ(server_.relay.requests().at(0).mode(), v1::Dane::MANDATORY);
  postern_policy_destroy(relay);
  const int unknown = 4;
  memcpy(&options_.dane_mode, &unknown, sizeof(unknown));
  postern_client* none = nullptr;
  EXPECT_EQ(postern_client_create(&options_, &none, error_, sizeof(error_)), POSTERN_INVALID);
  EXPECT_THAT(error_, HasSubstr("dane_mode"));
}

// A caller who overlooks the code must not read the verdict of the host before.
TEST_F(CInterfaceTest, GivesTheNextHostWithEveryCodeButOk) {
  server_.handshake.Fail(grpc::INTERNAL, "a bug");
  options_.verify_failure_mode = POSTERN_RETURN_ERROR;
  Resolve();
  ContextPtr context = NewClientContext();
  SslPtr ssl(SSL_new(context.get()));
  postern_handshake good = {};
  good.verdict = POSTERN_VERIFIED_DANE;
  good.action = POSTERN_PROCEED;
  const auto expect_next_host = [&](const char* label, auto verify) {
    postern_handshake verdict = good;
    EXPECT_NE(verify(&verdict), POSTERN_OK) << label;
    EXPECT_EQ(verdict.verdict, POSTERN_FAILED) << label;
    EXPECT_EQ(verdict.action, POSTERN_NEXT_HOST) << label;
    EXPECT_EQ(verdict.matched_depth, -1) << label;
  };
  expect_next_host("no handshake", [&](postern_handshake* verdict) {
    return postern_verify(client_, ssl.get(), policy_, 0, verdict, nullptr, 0);
  });
  expect_next_host("past the hosts", [&](postern_handshake* verdict) {
    return postern_verify(client_, ssl.get(), policy_, 2, verdict, nullptr, 0);
  });
  expect_next_host("no answer", [&](postern_handshake* verdict) {
    return postern_verify_no_tls(client_, POSTERN_TLS_FAILED, policy_, 0, verdict, nullptr, 0);
  });
  expect_next_host("ssl is NULL", [&](postern_handshake* verdict) {
    return postern_verify(client_, nullptr, policy_, 0, verdict, nullptr, 0);
  });
}

TEST_F(CInterfaceTest, NamesTheArgumentThatIsNull) {
  Resolve();
  ContextPtr context = NewClientContext();
  SslPtr ssl(SSL_new(context.get()));
  postern_handshake verdict;
  postern_policy* policy = nullptr;
  const auto expect_invalid = [&](postern_code code, const char* argument) {
    EXPECT_EQ(code, POSTERN_INVALID) << argument;
    EXPECT_THAT(error_, HasSubstr(argument));
  };
  const size_t size = sizeof(error_);
  expect_invalid(postern_client_create(&options_, nullptr, error_, size), "client");
  expect_invalid(postern_resolve_domain(nullptr, "d.test", 0, &policy, error_, size), "client");
  expect_invalid(postern_resolve_domain(client_, nullptr, 0, &policy, error_, size), "domain");
  expect_invalid(postern_resolve_relay(client_, "d.test", 0, nullptr, error_, size), "policy");
  expect_invalid(postern_prepare(nullptr, policy_, 0, error_, size), "ssl");
  expect_invalid(postern_verify(client_, ssl.get(), nullptr, 0, &verdict, error_, size), "policy");
  expect_invalid(
      postern_verify_no_tls(client_, POSTERN_TLS_FAILED, policy_, 0, nullptr, error_, size),
      "verdict");
}

TEST_F(CInterfaceTest, DefersWithoutTheService) {
  options_.server = "unix:nobody.sock";
  ASSERT_EQ(postern_client_create(&options_, &client_, error_, sizeof(error_)), POSTERN_OK);
  ASSERT_EQ(postern_resolve_relay(client_, "relay.test", 0, &policy_, error_, sizeof(error_)),
            POSTERN_OK);
  EXPECT_EQ(postern_policy_verdict(policy_), POSTERN_DOMAIN_DEFER);
  EXPECT_EQ(postern_policy_from_server(policy_), 0);
  EXPECT_THAT(postern_policy_detail(policy_), HasSubstr("did not answer"));
}

}  // namespace
}  // namespace postern
