// The SMTP dialogue over one connection (RFC 5321, RFC 3207).
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_SESSION_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_SESSION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/examples/smtp_worker/message.h"
#include "client/examples/smtp_worker/smtp_reply.h"
#include "client/examples/smtp_worker/transport.h"

namespace postern::smtp_worker {

// OwnHeloName returns this machine's name, for EHLO; "localhost" if it has none.
std::string OwnHeloName();

// SmtpSession speaks to one server. A status is a connection that is lost or a
// server that does not speak SMTP; a refusal is a reply. Not thread safe.
class SmtpSession {
 public:
  // timeout: for each reply.
  SmtpSession(int socket, absl::Duration timeout) : transport_(socket), timeout_(timeout) {}

  Transport& transport() { return transport_; }

  // The server's first word.
  absl::StatusOr<SmtpReply> Greeting() { return ReadReply(); }

  absl::StatusOr<SmtpReply> Ehlo(absl::string_view helo_name);

  // StartTls sends STARTTLS. After a completed() reply the TLS handshake follows on
  // transport().socket(). Fails with DATA_LOSS if the server, or someone on the
  // way, sent more than the reply: it would be taken for what came under TLS
  // (CVE-2011-0411).
  absl::StatusOr<SmtpReply> StartTls();

  // Send sends MAIL, RCPT, DATA and the message, and gives the first reply that is
  // a refusal, else the last: the mail is delivered if it is completed().
  absl::StatusOr<SmtpReply> Send(const Message& message);

  // Quit says goodbye and does not mind what comes of it.
  void Quit();

 private:
  absl::StatusOr<SmtpReply> Command(absl::string_view line);
  absl::StatusOr<SmtpReply> ReadReply();

  Transport transport_;
  const absl::Duration timeout_;
  ReplyReader reader_;
};

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_SESSION_H_
