// One connection to one address of a host: from the greeting to the final dot.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_ATTEMPT_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_ATTEMPT_H_

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/client.h"
#include "client/examples/smtp_worker/message.h"
#include "client/examples/smtp_worker/transport.h"
#include "client/handshake_answer.h"
#include "client/tls/handshake_options.h"
#include "postern/v1/dane.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::smtp_worker {

// WorkerOptions are what a delivery is made with.
struct WorkerOptions {
  uint16_t port = 25;
  std::string helo_name = "localhost";
  // What this delivery demands beyond the operator's rules.
  v1::Dane::Mode mode = v1::Dane::MODE_UNSPECIFIED;
  HandshakeOptions handshake;
  // Orders hosts of one preference.
  uint64_t seed = 0;
  absl::Duration connect_timeout = absl::Seconds(30);
  absl::Duration handshake_timeout = absl::Minutes(1);
  absl::Duration reply_timeout = absl::Minutes(5);  // RFC 5321, section 4.5.3.2.
  // How to reach an address; for tests.
  std::function<absl::StatusOr<int>(const std::string& address, uint16_t port, absl::Time)> dial =
      Dial;
};

// AttemptResult says how a connection ended.
enum class AttemptResult {
  kDelivered,
  // 5xx to the mail.
  kRefused,
  // 5xx to the greeting or to EHLO, not in clear text where more is demanded.
  kHostRefuses,
  // No connection, or not one of SMTP, or any other refusal before the mail: try another
  // address.
  kUnreachable,
  // 4xx to the mail, or the connection was lost during it: try the next host.
  kTemporary,
  // The verdict, or what stands for one, is to try the next host.
  kNextHost,
  // The TLS handshake failed and clear text is allowed: connect again without TLS.
  kRetryInClearText,
};

// Attempt is what came of one connection.
struct Attempt {
  AttemptResult result = AttemptResult::kUnreachable;
  // The verdict, if it came to that.
  std::optional<HandshakeAnswer> answer;
  std::string tls_version;  // "TLSv1.3"; empty in clear text.
  std::string cipher;
  // The server's reply or the error, unchecked.
  std::string note;
};

// AttemptAddress tries to deliver over one connection. Mail goes in clear text only
// where the verdict on the connection without TLS was PROCEED and the policy is
// OPPORTUNISTIC or audited: with in_clear_text, which the caller sets after
// kRetryInClearText alone, STARTTLS is not tried.
Attempt AttemptAddress(const v1::HostPolicy& host, const std::string& address,
                       const Message& message, const Client& client, SSL_CTX* context,
                       const WorkerOptions& options, bool in_clear_text);

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_ATTEMPT_H_
