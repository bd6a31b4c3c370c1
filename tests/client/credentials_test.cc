#include "client/credentials.h"

#include <fstream>
#include <string>

#include "client/client.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "gtest/gtest.h"
#include "tests/client/fake_policy_server.h"
#include "tests/client/pem.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

std::string Write(const std::string& name, const std::string& content) {
  std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path) << content;
  return path;
}

// One self-signed certificate for the address is CA, server and client.
class CredentialsTest : public ::testing::Test {
 protected:
  const Pem pem_ = SelfSigned("IP:127.0.0.1");
  const Pem other_ = SelfSigned("IP:127.0.0.1");
  const std::string cert_ = Write("cert.pem", pem_.certificate);
  const std::string key_ = Write("key.pem", pem_.key);
  const std::string other_cert_ = Write("other.pem", other_.certificate);
  const std::string other_key_ = Write("other.key", other_.key);
  const std::string garbage_ = Write("garbage.pem", "no PEM at all\n");
};

TEST_F(CredentialsTest, NamesTheFileThatCannotBeUsed) {
  const struct {
    const char* label;
    TlsFiles files;
    std::string message;
  } kCases[] = {
      {"no such ca", {"/nonexistent/ca.pem", "", ""}, "ca: /nonexistent/ca.pem cannot be read"},
      {"ca is garbage", {garbage_, "", ""}, "ca: " + garbage_ + " holds no PEM certificate"},
      {"ca is a key", {key_, "", ""}, "ca: " + key_ + " holds no PEM certificate"},
      {"no such cert", {cert_, "/nonexistent/c", key_}, "cert: /nonexistent/c cannot be read"},
      {"cert is garbage", {cert_, garbage_, key_}, "cert: " + garbage_ + " holds no PEM"},
      {"no such key", {cert_, cert_, "/nonexistent/k"}, "key: /nonexistent/k cannot be read"},
      {"key is a certificate", {cert_, cert_, cert_}, "key: " + cert_ + " holds no PEM private"},
      {"key of another", {cert_, cert_, other_key_}, "key: " + other_key_ + " is not the key"},
  };
  for (const auto& test : kCases) {
    const absl::Status status = CheckTlsFiles(test.files);
    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << test.label;
    EXPECT_THAT(std::string(status.message()), HasSubstr(test.message)) << test.label;
  }
  EXPECT_TRUE(CheckTlsFiles({cert_, cert_, key_}).ok());
}

std::shared_ptr<grpc::ServerCredentials> ServerWith(const Pem& pem, const std::string& client_ca) {
  grpc::SslServerCredentialsOptions options(
      client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                        : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = client_ca;
  options.pem_key_cert_pairs.push_back({pem.key, pem.certificate});
  return grpc::SslServerCredentials(options);
}

absl::StatusOr<v1::GetStatusResponse> AskStatus(const FakePolicyServer& server,
                                                const TlsFiles& files) {
  Options options;
  options.target = server.target();
  options.tls = files;
  return Client::Create(options)->GetStatus();
}

TEST_F(CredentialsTest, TrustTheServerOfTheirCa) {
  FakePolicyServer server("127.0.0.1:0", ServerWith(pem_, ""));
  server.status.Answer({});
  EXPECT_TRUE(AskStatus(server, {cert_, "", ""}).ok());
}

TEST_F(CredentialsTest, RefuseTheServerOfAnotherCa) {
  FakePolicyServer server("127.0.0.1:0", ServerWith(other_, ""));
  server.status.Answer({});
  EXPECT_TRUE(absl::IsUnavailable(AskStatus(server, {cert_, "", ""}).status()));
}

TEST_F(CredentialsTest, RefuseAServerOfAnotherName) {
  const Pem elsewhere = SelfSigned("DNS:elsewhere.test");
  FakePolicyServer server("127.0.0.1:0", ServerWith(elsewhere, ""));
  server.status.Answer({});
  const std::string ca = Write("elsewhere.pem", elsewhere.certificate);
  EXPECT_TRUE(absl::IsUnavailable(AskStatus(server, {ca, "", ""}).status()));
}

TEST_F(CredentialsTest, ShowTheClientsCertificate) {
  FakePolicyServer server("127.0.0.1:0", ServerWith(pem_, pem_.certificate));
  server.status.Answer({});
  EXPECT_TRUE(AskStatus(server, {cert_, cert_, key_}).ok());
  EXPECT_TRUE(absl::IsUnavailable(AskStatus(server, {cert_, "", ""}).status()));
}

}  // namespace
}  // namespace postern
