// A connection to a server, in clear text and then under TLS, each step with a
// deadline.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_TRANSPORT_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_TRANSPORT_H_

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace postern::smtp_worker {

// Dial connects to an IP address as text. Gives a non-blocking socket; fails with
// UNAVAILABLE or DEADLINE_EXCEEDED.
absl::StatusOr<int> Dial(const std::string& address, uint16_t port, absl::Time deadline);

// Transport owns a non-blocking socket. Not thread safe.
class Transport {
 public:
  explicit Transport(int socket) : socket_(socket) {}
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  int socket() const { return socket_; }

  // StartTls makes everything that follows go through ssl, whose handshake over
  // this socket is complete.
  void StartTls(std::shared_ptr<SSL> ssl) { ssl_ = std::move(ssl); }
  SSL* ssl() const { return ssl_.get(); }

  // Read gives some bytes, at least one. Fails with UNAVAILABLE if the connection
  // ended, DEADLINE_EXCEEDED.
  absl::StatusOr<std::string> Read(absl::Time deadline);

  // Write writes all bytes. Fails as Read.
  absl::Status Write(absl::string_view bytes, absl::Time deadline);

 private:
  const int socket_;
  std::shared_ptr<SSL> ssl_;
};

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_TRANSPORT_H_
