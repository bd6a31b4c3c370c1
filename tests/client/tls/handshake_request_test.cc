#include "client/tls/handshake_request.h"

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/tls/prepare_handshake.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/tls/test_certificates.h"
#include "tests/client/tls/tls_pair.h"

namespace postern {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Request = v1::VerifyHandshakeRequest;

v1::HostPolicy Policy(bool request_ocsp = false) {
  v1::HostPolicy policy;
  policy.set_host("mx1.test");
  policy.set_verdict(v1::HostPolicy::OPPORTUNISTIC);
  policy.set_request_ocsp(request_ocsp);
  return policy;
}

class HandshakeRequestTest : public ::testing::TestWithParam<int> {
 protected:
  TestCertificate root_{"root.test"};
  TestCertificate leaf_{"mx1.test", &root_};
  ContextPtr client_ = NewClientContext();
};

INSTANTIATE_TEST_SUITE_P(Versions, HandshakeRequestTest,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(HandshakeRequestTest, HoldsTheChainInTheServersOrder) {
  ContextPtr server = NewServerContext({{&leaf_, &root_}, GetParam()});
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(pair.Handshake());
  HandshakeOptions options;
  options.require_pkix = true;
  options.reference_identifiers = {"mx1.test"};
  options.include_details = true;
  auto request = MakeHandshakeRequest(pair.client(), Policy(), options);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->policy().host(), "mx1.test");
  EXPECT_EQ(request->tls(), Request::ESTABLISHED);
  EXPECT_THAT(request->certificates(), ElementsAre(leaf_.der(), root_.der()));
  EXPECT_FALSE(request->status_requested());
  EXPECT_FALSE(request->session_resumed());
  EXPECT_THAT(request->staple(), IsEmpty());
  EXPECT_TRUE(request->require_pkix());
  EXPECT_THAT(request->reference_identifiers(), ElementsAre("mx1.test"));
  EXPECT_TRUE(request->include_details());
}

TEST_P(HandshakeRequestTest, HoldsTheStaple) {
  const std::string staple = "a staple";
  ContextPtr server = NewServerContext({{&leaf_}, GetParam(), &staple});
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(PrepareHandshake(pair.client(), Policy(true)).ok());
  ASSERT_TRUE(pair.Handshake());
  auto request = MakeHandshakeRequest(pair.client(), Policy(true));
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->status_requested());
  EXPECT_EQ(request->staple(), staple);
}

TEST_P(HandshakeRequestTest, SaysThatAStapleWasAskedForAndNotSent) {
  ContextPtr server = NewServerContext({{&leaf_}, GetParam()});
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(PrepareHandshake(pair.client(), Policy(true)).ok());
  ASSERT_TRUE(pair.Handshake());
  auto request = MakeHandshakeRequest(pair.client(), Policy(true));
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->status_requested());
  EXPECT_THAT(request->staple(), IsEmpty());
}

TEST_P(HandshakeRequestTest, HoldsTheChainOfAResumedSession) {
  ContextPtr server = NewServerContext({{&leaf_, &root_}, GetParam()});
  TlsPair first(client_.get(), server.get());
  ASSERT_TRUE(first.Handshake());
  first.Shutdown();
  TlsPair second(client_.get(), server.get());
  SSL_set_session(second.client(), SSL_get_session(first.client()));
  ASSERT_TRUE(PrepareHandshake(second.client(), Policy(true)).ok());
  ASSERT_TRUE(second.Handshake());
  auto request = MakeHandshakeRequest(second.client(), Policy(true));
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_TRUE(request->session_resumed());
  EXPECT_THAT(request->certificates(), ElementsAre(leaf_.der(), root_.der()));
}

TEST_P(HandshakeRequestTest, LeavesOutWhatIsPastTheBounds) {
  std::vector<std::unique_ptr<TestCertificate>> more;
  TestServerOptions options{{&leaf_}, GetParam()};
  for (int i = 0; i < 20; ++i) {
    more.push_back(std::make_unique<TestCertificate>("more.test"));
    options.chain.push_back(more.back().get());
  }
  ContextPtr server = NewServerContext(options);
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(pair.Handshake());
  auto request = MakeHandshakeRequest(pair.client(), Policy());
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->certificates_size(), 16);
  EXPECT_EQ(request->certificates(0), leaf_.der());
  EXPECT_EQ(request->certificates(15), more[14]->der());
}

TEST_P(HandshakeRequestTest, LeavesOutCertificatesThatAreTogetherTooLong) {
  const TestCertificate large("large.test", nullptr, 30000);
  ContextPtr server = NewServerContext({{&leaf_, &large, &large, &large}, GetParam()});
  TlsPair pair(client_.get(), server.get());
  ASSERT_TRUE(pair.Handshake());
  auto request = MakeHandshakeRequest(pair.client(), Policy());
  ASSERT_TRUE(request.ok());
  EXPECT_THAT(request->certificates(), ElementsAre(leaf_.der(), large.der(), large.der()));
}

TEST_F(HandshakeRequestTest, TellsOfAnAnonymousServerAsOneWithoutCertificates) {
  ContextPtr server = NewServerContext({});
  TlsPair pair(client_.get(), server.get());
  SSL_set_cipher_list(pair.client(), "ALL:@SECLEVEL=0");
  ASSERT_TRUE(PrepareHandshake(pair.client(), Policy()).ok());
  ASSERT_TRUE(pair.Handshake());
  auto request = MakeHandshakeRequest(pair.client(), Policy());
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->tls(), Request::ESTABLISHED);
  EXPECT_EQ(request->certificates_size(), 0);
}

TEST_F(HandshakeRequestTest, FailsBeforeTheHandshakeIsComplete) {
  ContextPtr server = NewServerContext({{&leaf_}});
  TlsPair pair(client_.get(), server.get());
  auto request = MakeHandshakeRequest(pair.client(), Policy());
  EXPECT_TRUE(absl::IsFailedPrecondition(request.status()));
  EXPECT_THAT(std::string(request.status().message()), HasSubstr("SSL_connect"));
}

TEST_F(HandshakeRequestTest, TellsOfAConnectionWithoutTls) {
  HandshakeOptions options;
  options.require_pkix = true;
  const Request request = MakeNoTlsRequest(Request::NOT_OFFERED, Policy(), options);
  EXPECT_EQ(request.tls(), Request::NOT_OFFERED);
  EXPECT_EQ(request.policy().host(), "mx1.test");
  EXPECT_TRUE(request.require_pkix());
}

}  // namespace
}  // namespace postern
