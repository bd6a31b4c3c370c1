#include "server/core/x509/der.h"

namespace postern {
namespace {

constexpr uint8_t kLongTag = 0x1f;
constexpr uint8_t kLongLength = 0x80;
// 4 GiB: more than anything that is read.
constexpr size_t kMaxLengthOctets = 4;

}  // namespace

bool DerReader::Read(DerElement& element) {
  if (rest_.size() < 2) return false;
  const auto octet = [this](size_t i) { return static_cast<uint8_t>(rest_[i]); };
  const uint8_t tag = octet(0);
  if ((tag & kLongTag) == kLongTag) return false;
  size_t header = 2;
  size_t length = octet(1);
  if (length >= kLongLength) {
    const size_t octets = length - kLongLength;
    if (octets == 0 || octets > kMaxLengthOctets || rest_.size() < header + octets) return false;
    length = 0;
    for (size_t i = 0; i < octets; ++i) length = length << 8 | octet(header + i);
    header += octets;
    // As few octets as the length needs.
    if (length < kLongLength || length >> (8 * (octets - 1)) == 0) return false;
  }
  if (rest_.size() - header < length) return false;
  element.tag = tag;
  element.contents = rest_.substr(header, length);
  element.whole = rest_.substr(0, header + length);
  rest_.remove_prefix(header + length);
  return true;
}

bool IsDerInteger(absl::string_view contents, size_t limit) {
  if (contents.empty() || contents.size() > limit) return false;
  if (contents.size() == 1) return true;
  const auto first = static_cast<uint8_t>(contents[0]);
  const bool second_is_negative = (static_cast<uint8_t>(contents[1]) & 0x80) != 0;
  return !(first == 0x00 && !second_is_negative) && !(first == 0xff && second_is_negative);
}

bool IsDerObjectId(absl::string_view contents) {
  bool is_start = true;  // of a number
  for (const char c : contents) {
    const auto octet = static_cast<uint8_t>(c);
    if (is_start && octet == 0x80) return false;
    is_start = (octet & 0x80) == 0;
  }
  return is_start && !contents.empty();
}

size_t CountDer(absl::string_view bytes, size_t limit) {
  DerReader reader(bytes);
  DerElement element;
  size_t count = 0;
  while (!reader.AtEnd() && count <= limit) {
    if (!reader.Read(element)) return limit + 1;
    ++count;
  }
  return count;
}

}  // namespace postern
