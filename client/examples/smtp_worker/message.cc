#include "client/examples/smtp_worker/message.h"

#include <cstddef>

#include "absl/strings/ascii.h"

namespace postern::smtp_worker {
namespace {

constexpr size_t kMaxAddress = 320;  // 64, the @, 255 (RFC 5321, section 4.5.3.1).

}  // namespace

std::string EncodeData(absl::string_view message) {
  std::string data;
  data.reserve(message.size() + message.size() / 32 + 5);
  bool line_begins = true;
  for (size_t i = 0; i < message.size(); ++i) {
    const char c = message[i];
    if (c == '\r' || c == '\n') {
      if (c == '\r' && i + 1 < message.size() && message[i + 1] == '\n') ++i;
      data += "\r\n";
      line_begins = true;
      continue;
    }
    if (line_begins && c == '.') data += '.';
    data += c;
    line_begins = false;
  }
  if (!line_begins) data += "\r\n";
  return data + ".\r\n";
}

absl::Status CheckAddress(absl::string_view address) {
  if (address.size() > kMaxAddress) return absl::InvalidArgumentError("the address is too long");
  for (char c : address) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c)) || c == '<' || c == '>') {
      return absl::InvalidArgumentError(
          "the address has a character that cannot be sent: give local@domain");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> DomainOf(absl::string_view address) {
  const size_t at = address.rfind('@');
  if (at == absl::string_view::npos || at == 0 || at + 1 == address.size()) {
    return absl::InvalidArgumentError("the address has no domain: give local@domain");
  }
  return std::string(address.substr(at + 1));
}

}  // namespace postern::smtp_worker
