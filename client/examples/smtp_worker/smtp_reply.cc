#include "client/examples/smtp_worker/smtp_reply.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace postern::smtp_worker {
namespace {

// The code at the start of a line, or 0.
int CodeOf(absl::string_view line) {
  if (line.size() < 3) return 0;
  for (char c : line.substr(0, 3)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return 0;
  }
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  return code >= 200 && code <= 599 ? code : 0;
}

}  // namespace

bool SmtpReply::HasKeyword(absl::string_view keyword) const {
  for (size_t i = 1; i < lines.size(); ++i) {  // The first line greets.
    const absl::string_view word = absl::string_view(lines[i]).substr(0, lines[i].find(' '));
    if (absl::EqualsIgnoreCase(word, keyword)) return true;
  }
  return false;
}

std::string SmtpReply::ToString() const {
  return absl::StrCat(code, " ", lines.empty() ? "" : lines.back());
}

absl::StatusOr<std::optional<SmtpReply>> ReplyReader::Next() {
  while (true) {
    const size_t end = buffer_.find('\n');
    if (end == std::string::npos ? buffer_.size() > kMaxReplyLine + 1 : end > kMaxReplyLine + 1) {
      return absl::InvalidArgumentError("the server's reply has a line that is too long");
    }
    if (end == std::string::npos) return std::nullopt;
    absl::string_view line(buffer_.data(), end);
    if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
    const int code = CodeOf(line);
    const char separator = line.size() > 3 ? line[3] : ' ';
    if (code == 0 || (separator != ' ' && separator != '-')) {
      return absl::InvalidArgumentError("the server's reply has a line without a code");
    }
    if (!reply_.lines.empty() && reply_.code != code) {
      return absl::InvalidArgumentError("the server's reply changes its code");
    }
    if (reply_.lines.size() >= kMaxReplyLines) {
      return absl::InvalidArgumentError("the server's reply has too many lines");
    }
    reply_.code = code;
    reply_.lines.emplace_back(line.substr(line.size() > 3 ? 4 : 3));
    buffer_.erase(0, end + 1);
    if (separator == ' ') return std::exchange(reply_, {});
  }
}

}  // namespace postern::smtp_worker
