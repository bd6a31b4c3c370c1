// An SMTP server's replies, read from untrusted bytes (RFC 5321, section 4.2).
#ifndef POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_REPLY_H_
#define POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_REPLY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace postern::smtp_worker {

// SmtpReply is one reply, all of its lines.
struct SmtpReply {
  int code = 0;                    // 200 to 599
  std::vector<std::string> lines;  // The text behind the code; at least one.

  bool completed() const { return code / 100 == 2; }
  bool permanent() const { return code >= 500; }
  // Whether the reply, to EHLO, lists a keyword, such as "STARTTLS"; in any case.
  bool HasKeyword(absl::string_view keyword) const;
  // The code and the last line's text, for the log.
  std::string ToString() const;
};

inline constexpr size_t kMaxReplyLine = 1000;  // bytes, without the line's end
inline constexpr size_t kMaxReplyLines = 100;

// ReplyReader takes bytes as they come and gives replies as they are whole.
class ReplyReader {
 public:
  void Append(absl::string_view bytes) { buffer_.append(bytes.data(), bytes.size()); }

  // Next takes the next whole reply; absent if more bytes are needed. Fails with
  // INVALID_ARGUMENT where the bytes are no reply, or one that is too long: end the
  // connection.
  absl::StatusOr<std::optional<SmtpReply>> Next();

  // Whether bytes are left that no reply has taken.
  bool empty() const { return buffer_.empty(); }

 private:
  std::string buffer_;
  SmtpReply reply_;  // The lines so far.
};

}  // namespace postern::smtp_worker

#endif  // POSTERN_CLIENT_EXAMPLES_SMTP_WORKER_SMTP_REPLY_H_
