// CurlFetcher over https: whom it trusts.
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "server/core/x509/openssl_types.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

// libcurl takes any name below localhost for loopback, without a lookup.
constexpr const char* kName = "ocsp.localhost";
const SystemClock kClock;

using UniqueContext = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using UniqueSsl = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

TestCertificate CertificateFor(const std::string& name) {
  CertificateSpec spec = LeafSpec(name, EcKey(1));
  spec.not_before = absl::Now() - absl::Hours(1);
  spec.not_after = absl::Now() + absl::Hours(1);
  return Build(spec);
}

UniqueX509 Parse(const TestCertificate& certificate) {
  const auto* der = reinterpret_cast<const uint8_t*>(certificate.der.data());
  return UniqueX509(d2i_X509(nullptr, &der, static_cast<int64_t>(certificate.der.size())));
}

// TlsServer answers one connection with "safe", or loses it in the handshake.
class TlsServer {
 public:
  explicit TlsServer(const TestCertificate& certificate)
      : context_(SSL_CTX_new(TLS_server_method())),
        fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    signal(SIGPIPE, SIG_IGN);
    SSL_CTX_use_certificate(context_.get(), Parse(certificate).get());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, generic, sizeof address) != 0 || listen(fd_, 1) != 0 ||
        getsockname(fd_, generic, &length) != 0) {
      abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread(&TlsServer::Run, this);
  }
  ~TlsServer() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }

  uint16_t port() const { return port_; }

 private:
  void Run() {
    const int fd = accept(fd_, nullptr, nullptr);
    if (fd < 0) return;
    const UniqueSsl ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    char request[4096];
    if (SSL_accept(ssl.get()) == 1 && SSL_read(ssl.get(), request, sizeof request) > 0) {
      const std::string reply = HttpResponse(200, {}, "safe");
      SSL_write(ssl.get(), reply.data(), static_cast<int>(reply.size()));
    }
    close(fd);
  }

  UniqueContext context_;
  int fd_;
  uint16_t port_ = 0;
  std::thread thread_;
};

// WritePem writes a file of trusted certificates, and returns its path.
std::string WritePem(const TestCertificate& certificate) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, Parse(certificate).get());
  char* bytes = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio, &bytes));
  std::string path = absl::StrCat(testing::TempDir(), "/trusted.pem");
  std::ofstream(path) << std::string(bytes, size);
  BIO_free(bio);
  return path;
}

FetchResult FetchFrom(const TlsServer& server, const std::string& ca_file) {
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("127.0.0.1")};
  options.allowed_ports = {server.port()};
  options.ca_file = ca_file;
  const auto fetcher = *CurlFetcher::Create(options, &kClock);
  return FetchNow(*fetcher, GetOf(absl::StrCat("https://", kName, ":", server.port(), "/")));
}

TEST(CurlFetcherTls, TakesACertificateThatIsTrusted) {
  const TestCertificate certificate = CertificateFor(kName);
  const TlsServer server(certificate);
  const FetchResult result = FetchFrom(server, WritePem(certificate));
  ASSERT_TRUE(result.ok()) << result.detail;
  EXPECT_EQ(result.reply.body, "safe");
}

TEST(CurlFetcherTls, RefusesACertificateThatIsNotTrusted) {
  const TlsServer server(CertificateFor(kName));
  const FetchResult result = FetchFrom(server, "");
  EXPECT_EQ(result.failure, FetchFailure::kTls) << result.detail;
}

TEST(CurlFetcherTls, RefusesACertificateOfAnotherName) {
  const TestCertificate certificate = CertificateFor("other.localhost");
  const TlsServer server(certificate);
  const FetchResult result = FetchFrom(server, WritePem(certificate));
  EXPECT_EQ(result.failure, FetchFailure::kTls) << result.detail;
}

}  // namespace
}  // namespace postern
