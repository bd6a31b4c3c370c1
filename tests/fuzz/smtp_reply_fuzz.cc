// An SMTP server's bytes, in pieces: what the example worker reads of a stranger.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "client/examples/smtp_worker/smtp_reply.h"

namespace {

using postern::smtp_worker::kMaxReplyLine;
using postern::smtp_worker::kMaxReplyLines;

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// The first byte is the length of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = data[0] + size_t{1};
  absl::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  postern::smtp_worker::ReplyReader reader;
  while (!bytes.empty()) {
    reader.Append(bytes.substr(0, piece));
    bytes.remove_prefix(bytes.size() < piece ? bytes.size() : piece);
    while (true) {
      auto reply = reader.Next();
      if (!reply.ok()) return 0;  // The connection ends here.
      if (!reply->has_value()) break;
      Require((*reply)->code >= 200 && (*reply)->code <= 599);
      Require(!(*reply)->lines.empty() && (*reply)->lines.size() <= kMaxReplyLines);
      for (const auto& line : (*reply)->lines) Require(line.size() <= kMaxReplyLine);
      (void)(*reply)->HasKeyword("STARTTLS");
    }
  }
  return 0;
}
