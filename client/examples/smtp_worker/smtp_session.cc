#include "client/examples/smtp_worker/smtp_session.h"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace postern::smtp_worker {
namespace {

// A goodbye is not worth a long wait.
constexpr absl::Duration kQuitTimeout = absl::Seconds(2);

}  // namespace

std::string OwnHeloName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 && name[0] != '\0' ? name : "localhost";
}

absl::StatusOr<SmtpReply> SmtpSession::ReadReply() {
  const absl::Time deadline = absl::Now() + timeout_;
  while (true) {
    absl::StatusOr<std::optional<SmtpReply>> reply = reader_.Next();
    if (!reply.ok()) return reply.status();
    if (reply->has_value()) return **std::move(reply);
    absl::StatusOr<std::string> bytes = transport_.Read(deadline);
    if (!bytes.ok()) return bytes.status();
    reader_.Append(*bytes);
  }
}

absl::StatusOr<SmtpReply> SmtpSession::Command(absl::string_view line) {
  absl::Status status = transport_.Write(absl::StrCat(line, "\r\n"), absl::Now() + timeout_);
  if (!status.ok()) return status;
  return ReadReply();
}

absl::StatusOr<SmtpReply> SmtpSession::Ehlo(absl::string_view helo_name) {
  return Command(absl::StrCat("EHLO ", helo_name));
}

absl::StatusOr<SmtpReply> SmtpSession::StartTls() {
  absl::StatusOr<SmtpReply> reply = Command("STARTTLS");
  if (reply.ok() && reply->completed() && !reader_.empty()) {
    return absl::DataLossError("bytes after the reply to STARTTLS, before TLS");
  }
  return reply;
}

absl::StatusOr<SmtpReply> SmtpSession::Send(const Message& message) {
  for (const std::string& command : {absl::StrCat("MAIL FROM:<", message.sender, ">"),
                                     absl::StrCat("RCPT TO:<", message.recipient, ">")}) {
    absl::StatusOr<SmtpReply> reply = Command(command);
    if (!reply.ok() || !reply->completed()) return reply;
  }
  absl::StatusOr<SmtpReply> reply = Command("DATA");
  if (!reply.ok() || reply->code >= 400) return reply;
  if (reply->code != 354) return absl::InvalidArgumentError("the reply to DATA is not 354");
  absl::Status status = transport_.Write(message.data, absl::Now() + timeout_);
  if (!status.ok()) return status;
  return ReadReply();
}

void SmtpSession::Quit() {
  const absl::Time deadline = absl::Now() + std::min(timeout_, kQuitTimeout);
  if (transport_.Write("QUIT\r\n", deadline).ok()) (void)transport_.Read(deadline);
}

}  // namespace postern::smtp_worker
