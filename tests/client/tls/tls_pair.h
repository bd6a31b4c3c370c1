// A TLS client and server of one thread, joined by memory.
#ifndef POSTERN_TESTS_CLIENT_TLS_TLS_PAIR_H_
#define POSTERN_TESTS_CLIENT_TLS_TLS_PAIR_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/client/tls/test_certificates.h"

namespace postern {

struct FreeTls {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using SslPtr = std::unique_ptr<SSL, FreeTls>;
using ContextPtr = std::unique_ptr<SSL_CTX, FreeTls>;

// TestServerOptions are what a server's SSL_CTX is made of.
struct TestServerOptions {
  // The server's own first; empty: anonymous suites alone.
  std::vector<const TestCertificate*> chain;
  int max_version = 0;  // As SSL_CTX_set_max_proto_version takes it.
  // Stapled to who asks; must outlive the context.
  const std::string* staple = nullptr;
};

// NewServerContext makes a server that resumes sessions.
ContextPtr NewServerContext(const TestServerOptions& options);

// NewClientContext makes a client that caches sessions.
ContextPtr NewClientContext();

// TlsPair is one connection. The server's SSL_CTX outlives it.
class TlsPair {
 public:
  TlsPair(SSL_CTX* client, SSL_CTX* server);

  SSL* client() { return client_.get(); }
  SSL* server() { return server_.get(); }
  // What the client said it wants to reach; empty without server_name.
  std::string server_name() const;

  // Runs the handshake to its end; false if it failed. Tickets of TLS 1.3 have been
  // read then.
  bool Handshake();
  // Says goodbye on both sides, so that the session stays good.
  void Shutdown();

 private:
  SslPtr client_;
  SslPtr server_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_TLS_TLS_PAIR_H_
