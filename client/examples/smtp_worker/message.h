// A message and its envelope, made fit for SMTP. Pure.
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_MESSAGE_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_MESSAGE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern::smtp_worker {

// Message is one mail to one recipient.
struct Message {
  std::string sender;     // Empty: the null sender.
  std::string recipient;  // local@domain
  std::string data;       // As EncodeData gives it.
};

// EncodeData gives a message as DATA sends it: each line ends in CR LF, one that
// begins with a dot has another before it, and the final dot follows (RFC 5321,
// section 4.5.2). A CR or LF alone ends a line too, so that no server reads other
// lines than were meant.
std::string EncodeData(absl::string_view message);

// CheckAddress fails with INVALID_ARGUMENT where an address cannot stand between
// < and > in a command: it is too long, or has white space, control or non-ASCII
// characters, or angle brackets.
absl::Status CheckAddress(absl::string_view address);

// DomainOf gives what follows the last '@'; INVALID_ARGUMENT if nothing does.
absl::StatusOr<std::string> DomainOf(absl::string_view address);

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_MESSAGE_H_
