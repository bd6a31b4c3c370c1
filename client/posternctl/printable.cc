#include "client/posternctl/printable.h"

#include <cstddef>

namespace postern::posternctl {

std::string Printable(absl::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = text[i];
    if (byte < 0x20 || byte == 0x7f) {
      line += '?';
    } else if (byte == 0xc2 && i + 1 < text.size() &&
               static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      // U+0080 to U+009F, the C1 controls, in UTF-8.
      line += '?';
      ++i;
    } else {
      line += static_cast<char>(byte);
    }
  }
  return line;
}

}  // namespace postern::posternctl
