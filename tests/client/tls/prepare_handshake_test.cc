#include "client/tls/prepare_handshake.h"

#include <openssl/ssl.h>

#include <string>

#include "absl/status/status.h"
#include "client/tls/handshake_request.h"
#include "client/tls/sessions.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::HostPolicy PolicyOf(v1::HostPolicy::Verdict verdict, const std::string& sni = "") {
  v1::HostPolicy policy;
  policy.set_host("mx1.test");
  policy.set_verdict(verdict);
  policy.set_sni(sni);
  return policy;
}

class PrepareHandshakeTest : public ::testing::Test {
 protected:
  std::string Offered(SSL* ssl) {
    std::string names;
    STACK_OF(SSL_CIPHER)* ciphers = SSL_get1_supported_ciphers(ssl);
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
      names += std::string(SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i))) + " ";
    }
    sk_SSL_CIPHER_free(ciphers);
    return names;
  }

  TestCertificate leaf_{"mx1.test"};
  ContextPtr client_ = NewClientContext();
  SslPtr ssl_{SSL_new(client_.get())};
};

TEST_F(PrepareHandshakeTest, SendsTheNameOfThePolicyD72) {
  ContextPtr server = NewServerContext({{&leaf_}});
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(PrepareHandshake(pair.client(), PolicyOf(v1::HostPolicy::DANE, "base.test")).ok());
  ASSERT_TRUE(pair.Handshake());
  EXPECT_EQ(pair.server_name(), "base.test");
}

TEST_F(PrepareHandshakeTest, SendsNoNameForAnAddress) {
  ContextPtr server = NewServerContext({{&leaf_}});
  TlsPair pair(client_.get(), server.get());
  SSL_set_tlsext_host_name(pair.client(), "old.test");
  ASSERT_TRUE(PrepareHandshake(pair.client(), PolicyOf(v1::HostPolicy::OPPORTUNISTIC)).ok());
  ASSERT_TRUE(pair.Handshake());
  EXPECT_EQ(pair.server_name(), "");
}

TEST_F(PrepareHandshakeTest, DemandsTls12ForAuthenticationAndLeavesTheRestToTheConfiguration) {
  SSL_set_min_proto_version(ssl_.get(), TLS1_VERSION);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::OPPORTUNISTIC)).ok());
  EXPECT_EQ(SSL_get_min_proto_version(ssl_.get()), TLS1_VERSION);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::TLS_UNAUTHENTICATED)).ok());
  EXPECT_EQ(SSL_get_min_proto_version(ssl_.get()), TLS1_VERSION);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE)).ok());
  EXPECT_EQ(SSL_get_min_proto_version(ssl_.get()), TLS1_2_VERSION);
  SslPtr pkix(SSL_new(client_.get()));
  SSL_set_min_proto_version(pkix.get(), TLS1_VERSION);
  HandshakeOptions options;
  options.require_pkix = true;
  ASSERT_TRUE(PrepareHandshake(pkix.get(), PolicyOf(v1::HostPolicy::OPPORTUNISTIC), options).ok());
  EXPECT_EQ(SSL_get_min_proto_version(pkix.get()), TLS1_2_VERSION);
}

TEST_F(PrepareHandshakeTest, KeepsAHigherMinimumVersion) {
  SSL_set_min_proto_version(ssl_.get(), TLS1_3_VERSION);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE)).ok());
  EXPECT_EQ(SSL_get_min_proto_version(ssl_.get()), TLS1_3_VERSION);
}

TEST_F(PrepareHandshakeTest, FailsWhereTheMaximumVersionIsTooLow) {
  SSL_set_min_proto_version(ssl_.get(), TLS1_VERSION);
  SSL_set_max_proto_version(ssl_.get(), TLS1_1_VERSION);
  const absl::Status status = PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE));
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("maximum version"));
}

TEST_F(PrepareHandshakeTest, LeavesAnonymousSuitesOutUnderDaneD73) {
  ASSERT_EQ(SSL_set_cipher_list(ssl_.get(), "ALL:eNULL:@SECLEVEL=0"), 1);
  ASSERT_THAT(Offered(ssl_.get()), HasSubstr("ADH-"));
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::OPPORTUNISTIC)).ok());
  EXPECT_THAT(Offered(ssl_.get()), HasSubstr("ADH-"));
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE)).ok());
  EXPECT_THAT(Offered(ssl_.get()), Not(HasSubstr("ADH-")));
  EXPECT_THAT(Offered(ssl_.get()), Not(HasSubstr("NULL")));
  EXPECT_THAT(Offered(ssl_.get()), HasSubstr("ECDHE-ECDSA-AES256-GCM-SHA384"));
  EXPECT_THAT(Offered(ssl_.get()), HasSubstr("TLS_AES_256_GCM_SHA384"));
}

TEST_F(PrepareHandshakeTest, RefusesAnonymousSuitesAloneD73) {
  SSL_set_max_proto_version(ssl_.get(), TLS1_2_VERSION);
  ASSERT_EQ(SSL_set_cipher_list(ssl_.get(), "aNULL:@SECLEVEL=0"), 1);
  for (auto verdict : {v1::HostPolicy::OPPORTUNISTIC, v1::HostPolicy::DANE}) {
    const absl::Status status = PrepareHandshake(ssl_.get(), PolicyOf(verdict));
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("cipher"));
  }
}

TEST_F(PrepareHandshakeTest, KeepsSuitesOfTls13WhereAllOthersAreAnonymous) {
  ASSERT_EQ(SSL_set_cipher_list(ssl_.get(), "aNULL:@SECLEVEL=0"), 1);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE)).ok());
  EXPECT_THAT(Offered(ssl_.get()), HasSubstr("TLS_AES_256_GCM_SHA384"));
  EXPECT_THAT(Offered(ssl_.get()), Not(HasSubstr("ADH-")));
}

TEST_F(PrepareHandshakeTest, AsksForAStapleIfThePolicyDoes) {
  v1::HostPolicy policy = PolicyOf(v1::HostPolicy::DANE);
  policy.set_request_ocsp(true);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), policy).ok());
  EXPECT_EQ(SSL_get_tlsext_status_type(ssl_.get()), TLSEXT_STATUSTYPE_ocsp);
  policy.set_request_ocsp(false);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), policy).ok());
  EXPECT_EQ(SSL_get_tlsext_status_type(ssl_.get()), -1);
}

TEST_F(PrepareHandshakeTest, LeavesVerificationToTheVerdictAndForbidsRenegotiation) {
  SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
  ASSERT_TRUE(PrepareHandshake(ssl_.get(), PolicyOf(v1::HostPolicy::DANE)).ok());
  EXPECT_EQ(SSL_get_verify_mode(ssl_.get()), SSL_VERIFY_NONE);
  EXPECT_NE(SSL_get_options(ssl_.get()) & SSL_OP_NO_RENEGOTIATION, 0u);
}

TEST_F(PrepareHandshakeTest, RefusesAPolicyThatIsNotToConnect) {
  for (auto verdict : {v1::HostPolicy::SKIP, v1::HostPolicy::VERDICT_UNSPECIFIED,
                       static_cast<v1::HostPolicy::Verdict>(99)}) {
    const absl::Status status = PrepareHandshake(ssl_.get(), PolicyOf(verdict));
    EXPECT_TRUE(absl::IsFailedPrecondition(status));
    EXPECT_THAT(std::string(status.message()), HasSubstr("next host"));
  }
}

// The session as another process would get it: without the chain.
SessionPtr Deserialised(SSL_SESSION* session) {
  std::string bytes(static_cast<size_t>(i2d_SSL_SESSION(session, nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_SSL_SESSION(session, &out);
  const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
  return SessionPtr(d2i_SSL_SESSION(nullptr, &in, static_cast<long>(bytes.size())));
}

TEST_F(PrepareHandshakeTest, DoesAFullHandshakeWhereASessionHasLostItsChain) {
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ContextPtr server = NewServerContext({{&leaf_}, version});
    TlsPair first(client_.get(), server.get());
    ASSERT_TRUE(first.Handshake());
    first.Shutdown();
    SessionPtr whole(SSL_get1_session(first.client()));
    SessionPtr bare = Deserialised(whole.get());

    TlsPair resumed(client_.get(), server.get());
    SSL_set_session(resumed.client(), whole.get());
    ASSERT_TRUE(PrepareHandshake(resumed.client(), PolicyOf(v1::HostPolicy::DANE)).ok());
    ASSERT_TRUE(resumed.Handshake());
    EXPECT_EQ(SSL_session_reused(resumed.client()), 1);

    TlsPair full(client_.get(), server.get());
    SSL_set_session(full.client(), bare.get());
    ASSERT_TRUE(PrepareHandshake(full.client(), PolicyOf(v1::HostPolicy::DANE)).ok());
    ASSERT_TRUE(full.Handshake());
    EXPECT_EQ(SSL_session_reused(full.client()), 0);

    // Set behind its back, it is refused.
    TlsPair late(client_.get(), server.get());
    ASSERT_TRUE(PrepareHandshake(late.client(), PolicyOf(v1::HostPolicy::DANE)).ok());
    SSL_set_session(late.client(), bare.get());
    ASSERT_TRUE(late.Handshake());
    ASSERT_EQ(SSL_session_reused(late.client()), 1);
    auto request = MakeHandshakeRequest(late.client(), PolicyOf(v1::HostPolicy::DANE));
    EXPECT_TRUE(absl::IsFailedPrecondition(request.status()));
  }
}

TEST_F(PrepareHandshakeTest, DoesAFullHandshakeWhereAStapleOrAStatusIsDemanded) {
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ContextPtr server = NewServerContext({{&leaf_}, version});
    TlsPair first(client_.get(), server.get());
    ASSERT_TRUE(first.Handshake());
    first.Shutdown();
    const SessionPtr session(SSL_get1_session(first.client()));
    const auto is_resumed = [&](const v1::HostPolicy& policy) {
      TlsPair next(client_.get(), server.get());
      // A ticket of TLS 1.3 may be used again: the server here lets it.
      SSL_set_session(next.client(), session.get());
      EXPECT_TRUE(PrepareHandshake(next.client(), policy).ok());
      EXPECT_TRUE(next.Handshake());
      return SSL_session_reused(next.client()) == 1;
    };
    v1::HostPolicy ocsp = PolicyOf(v1::HostPolicy::DANE);
    ocsp.set_require_ocsp(true);
    EXPECT_FALSE(is_resumed(ocsp)) << version;
    v1::HostPolicy status = PolicyOf(v1::HostPolicy::DANE);
    status.set_require_revocation_status(true);
    EXPECT_FALSE(is_resumed(status)) << version;
    EXPECT_TRUE(is_resumed(PolicyOf(v1::HostPolicy::DANE))) << version << ": with the same session";
  }
}

TEST_F(PrepareHandshakeTest, DemandsTls12WhereAStapleOrAStatusIsDemanded) {
  v1::HostPolicy ocsp = PolicyOf(v1::HostPolicy::OPPORTUNISTIC);
  ocsp.set_require_ocsp(true);
  v1::HostPolicy status = PolicyOf(v1::HostPolicy::TLS_UNAUTHENTICATED);
  status.set_require_revocation_status(true);
  for (const v1::HostPolicy& policy : {ocsp, status}) {
    SslPtr ssl(SSL_new(client_.get()));
    SSL_set_min_proto_version(ssl.get(), TLS1_VERSION);
    ASSERT_TRUE(PrepareHandshake(ssl.get(), policy).ok());
    EXPECT_EQ(SSL_get_min_proto_version(ssl.get()), TLS1_2_VERSION);
  }
}

}  // namespace
}  // namespace postern
