#include "client/utf8.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace postern {
namespace {

// RFC 3629, section 4: how many bytes follow the first one, and what the second may be.
struct Sequence {
  size_t following;
  uint8_t low;
  uint8_t high;
};

Sequence SequenceOf(uint8_t first) {
  if (first < 0x80) return {0, 0, 0};
  if (first >= 0xc2 && first <= 0xdf) return {1, 0x80, 0xbf};
  if (first == 0xe0) return {2, 0xa0, 0xbf};  // no over-long form
  if (first == 0xed) return {2, 0x80, 0x9f};  // no surrogate
  if (first >= 0xe1 && first <= 0xef) return {2, 0x80, 0xbf};
  if (first == 0xf0) return {3, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {3, 0x80, 0xbf};
  if (first == 0xf4) return {3, 0x80, 0x8f};  // up to U+10FFFF
  return {1, 1, 0};                           // none
}

}  // namespace

size_t Utf8Prefix(absl::string_view text) {
  const auto byte = [text](size_t at) { return static_cast<uint8_t>(text[at]); };
  size_t at = 0;
  while (at < text.size()) {
    const Sequence sequence = SequenceOf(byte(at));
    if (text.size() - at <= sequence.following) return at;
    for (size_t i = 1; i <= sequence.following; ++i) {
      const uint8_t low = i == 1 ? sequence.low : 0x80;
      const uint8_t high = i == 1 ? sequence.high : 0xbf;
      if (byte(at + i) < low || byte(at + i) > high) return at;
    }
    at += 1 + sequence.following;
  }
  return at;
}

std::string WhyNotUtf8(absl::string_view domain) {
  const size_t good = Utf8Prefix(domain);
  if (good == domain.size()) return "";
  return absl::StrCat("is not UTF-8 at byte ", good + 1,
                      ": write an internationalised name in UTF-8, or as A-labels (xn--...)");
}

absl::Status CheckUtf8(absl::string_view field, absl::string_view domain) {
  const std::string why = WhyNotUtf8(domain);
  if (why.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", why));
}

}  // namespace postern
