#include "client/examples/smtp_worker/attempt.h"

#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "client/examples/smtp_worker/smtp_reply.h"
#include "client/examples/smtp_worker/smtp_session.h"
#include "client/tls/connect_verified.h"
#include "client/tls/verify_handshake.h"
#include "postern/v1/handshake.pb.h"

namespace postern::smtp_worker {
namespace {

// The verdict alone would do; that DANE never goes in clear text does not hang on
// it alone.
bool MayGoInClearText(const v1::HostPolicy& host, const HandshakeAnswer& answer) {
  return answer.handshake.action() == v1::HandshakeVerdict::PROCEED &&
         (host.verdict() == v1::HostPolicy::OPPORTUNISTIC ||
          (host.audit() && answer.handshake.audit_failure()));
}

// The steps of one attempt. Each gives true to go on, else has set the result.
class Steps {
 public:
  Steps(const v1::HostPolicy& host, const Client& client, SSL_CTX* context,
        const WorkerOptions& options, int socket)
      : host_(host),
        client_(client),
        context_(context),
        options_(options),
        session_(socket, options.reply_timeout) {}

  bool Greet() {
    return Accepted(session_.Greeting()) && Accepted(session_.Ehlo(options_.helo_name));
  }

  bool Secure() {
    if (!ehlo_.HasKeyword("STARTTLS")) return WithoutTls();
    absl::StatusOr<SmtpReply> reply = session_.StartTls();
    if (!reply.ok()) return End(ResultOf(reply.status()), reply.status().ToString());
    if (!reply->completed()) return WithoutTls();
    return Tls();
  }

  void Send(const Message& message) {
    absl::StatusOr<SmtpReply> reply = session_.Send(message);
    if (!reply.ok()) {
      End(AttemptResult::kTemporary, reply.status().ToString());
      return;
    }
    session_.Quit();
    End(reply->completed()   ? AttemptResult::kDelivered
        : reply->permanent() ? AttemptResult::kRefused
                             : AttemptResult::kTemporary,
        reply->ToString());
  }

  Attempt Take() { return std::move(attempt_); }

 private:
  bool End(AttemptResult result, std::string note) {
    attempt_.result = result;
    attempt_.note = std::move(note);
    return false;
  }

  static AttemptResult ResultOf(const absl::Status& status) {
    return absl::IsDataLoss(status) ? AttemptResult::kNextHost : AttemptResult::kUnreachable;
  }

  bool Accepted(absl::StatusOr<SmtpReply> reply) {
    if (!reply.ok()) return End(AttemptResult::kUnreachable, reply.status().ToString());
    if (!reply->completed()) {
      session_.Quit();
      return End(reply->permanent() && IsTheHostsWord() ? AttemptResult::kHostRefuses
                                                        : AttemptResult::kUnreachable,
                 reply->ToString());
    }
    ehlo_ = *std::move(reply);
    return true;
  }

  // Where more than clear text is demanded, what comes in clear text may be forged: a
  // refusal by whoever is on the way must not bounce the mail.
  bool IsTheHostsWord() {
    return session_.transport().ssl() != nullptr ||
           (host_.verdict() == v1::HostPolicy::OPPORTUNISTIC && !options_.handshake.require_pkix);
  }

  bool WithoutTls() {
    absl::StatusOr<HandshakeAnswer> answer = VerifyWithoutTls(
        v1::VerifyHandshakeRequest::NOT_OFFERED, host_, client_, options_.handshake);
    if (answer.ok()) attempt_.answer = *answer;
    if (answer.ok() && MayGoInClearText(host_, *answer)) return true;
    session_.Quit();
    return End(AttemptResult::kNextHost,
               answer.ok() ? answer->handshake.detail() : answer.status().ToString());
  }

  bool Tls() {
    std::shared_ptr<SSL> ssl(SSL_new(context_), SSL_free);
    if (ssl == nullptr) return End(AttemptResult::kTemporary, "no memory for TLS");
    SSL_set_fd(ssl.get(), session_.transport().socket());
    ConnectOptions connect;
    connect.handshake = options_.handshake;
    connect.handshake_timeout = options_.handshake_timeout;
    absl::StatusOr<ConnectResult> tls = ConnectVerified(ssl.get(), host_, client_, connect);
    if (!tls.ok()) return End(AttemptResult::kNextHost, tls.status().ToString());
    attempt_.answer = tls->answer;
    if (!tls->tls.ok()) {
      return End(MayGoInClearText(host_, tls->answer) ? AttemptResult::kRetryInClearText
                                                      : AttemptResult::kNextHost,
                 tls->tls.ToString());
    }
    attempt_.tls_version = SSL_get_version(ssl.get());
    attempt_.cipher = SSL_get_cipher_name(ssl.get());
    session_.transport().StartTls(std::move(ssl));
    if (!tls->may_use()) {
      session_.Quit();
      return End(AttemptResult::kNextHost, tls->answer.handshake.detail());
    }
    // What was said before TLS may have been forged (RFC 3207, section 4.2).
    return Accepted(session_.Ehlo(options_.helo_name));
  }

  const v1::HostPolicy& host_;
  const Client& client_;
  SSL_CTX* const context_;
  const WorkerOptions& options_;
  SmtpSession session_;
  SmtpReply ehlo_;
  Attempt attempt_;
};

}  // namespace

Attempt AttemptAddress(const v1::HostPolicy& host, const std::string& address,
                       const Message& message, const Client& client, SSL_CTX* context,
                       const WorkerOptions& options, bool in_clear_text) {
  absl::StatusOr<int> socket =
      options.dial(address, options.port, absl::Now() + options.connect_timeout);
  if (!socket.ok()) {
    Attempt attempt;
    attempt.note = socket.status().ToString();
    return attempt;
  }
  Steps steps(host, client, context, options, *socket);
  if (steps.Greet() && (in_clear_text || steps.Secure())) steps.Send(message);
  return steps.Take();
}

}  // namespace postern::smtp_worker
