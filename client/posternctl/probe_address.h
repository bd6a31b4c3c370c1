// One connection to one address of a host: as far as an SMTP client goes before
// MAIL FROM, and then QUIT.
#ifndef POSTERN_CLIENT_POSTERNCTL_PROBE_ADDRESS_H_
#define POSTERN_CLIENT_POSTERNCTL_PROBE_ADDRESS_H_

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/examples/smtp_worker/transport.h"
#include "client/posternctl/report.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

// ProbeOptions say how a connection is made.
struct ProbeOptions {
  uint16_t port = 25;
  // EHLO and STARTTLS before the handshake; else TLS from the first byte.
  bool starttls = true;
  std::string helo_name = "localhost";
  // For each step.
  absl::Duration step_timeout = absl::Seconds(10);
  // How to reach an address; for tests.
  std::function<absl::StatusOr<int>(const std::string& address, uint16_t port, absl::Time)> dial =
      smtp_worker::Dial;
};

// ProbeAddress connects and asks for the verdict. It sends no mail. context is an
// SSL_CTX of TLS_client_method(). The process ignores SIGPIPE. What goes wrong at
// the host is told in the result, also that the service refuses what it sent; else fails
// where Client::VerifyHandshake does.
absl::StatusOr<AddressProbe> ProbeAddress(const v1::HostPolicy& host, const std::string& address,
                                          const Client& client, SSL_CTX* context,
                                          const ProbeOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_PROBE_ADDRESS_H_
