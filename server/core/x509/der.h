// A reader of DER (X.690, sections 8 and 10) for the few objects whose outline is
// read before, or without, the TLS library.
//
// It takes less than the TLS library does: one octet of tag, a definite length in
// as few octets as it needs. What it takes has one reading only, so that both
// readers find the same elements in the same bytes.
//
//   DerReader outer(bytes);
//   DerElement element;
//   if (!outer.Read(kDerSequence, element) || !outer.AtEnd()) return Malformed();
//   DerReader inner(element.contents);
#ifndef POSTERN_SERVER_CORE_X509_DER_H_
#define POSTERN_SERVER_CORE_X509_DER_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace postern {

// Identifier octets.
inline constexpr uint8_t kDerBoolean = 0x01;
inline constexpr uint8_t kDerInteger = 0x02;
inline constexpr uint8_t kDerBitString = 0x03;
inline constexpr uint8_t kDerOctetString = 0x04;
inline constexpr uint8_t kDerNull = 0x05;
inline constexpr uint8_t kDerObjectId = 0x06;
inline constexpr uint8_t kDerEnumerated = 0x0a;
inline constexpr uint8_t kDerUtcTime = 0x17;
inline constexpr uint8_t kDerGeneralizedTime = 0x18;
inline constexpr uint8_t kDerSequence = 0x30;

// DerContext returns the identifier octet of [number], 0 to 30.
constexpr uint8_t DerContext(uint8_t number, bool constructed) {
  return static_cast<uint8_t>((constructed ? 0xa0 : 0x80) | number);
}

// DerElement is one element. It points to the bytes that it was read from.
struct DerElement {
  uint8_t tag = 0;
  absl::string_view contents;
  absl::string_view whole;  // with tag and length
};

// DerReader reads elements that stand one after the other.
class DerReader {
 public:
  explicit DerReader(absl::string_view bytes) : rest_(bytes) {}

  bool AtEnd() const { return rest_.empty(); }

  // NextIs tells whether the next element, if there is one, has a tag.
  bool NextIs(uint8_t tag) const {
    return !rest_.empty() && static_cast<uint8_t>(rest_.front()) == tag;
  }

  // Read reads the next element. False, with nothing read, where there is none or
  // it is not DER.
  bool Read(DerElement& element);

  // The same, false also where the element has another tag.
  bool Read(uint8_t tag, DerElement& element) { return NextIs(tag) && Read(element); }

 private:
  absl::string_view rest_;
};

// IsDerInteger tells whether octets are the contents of an INTEGER or ENUMERATED: one
// at least, a limit at most, and as few as the number needs.
bool IsDerInteger(absl::string_view contents, size_t limit);

// IsDerObjectId tells whether octets are the contents of an OBJECT IDENTIFIER: whole
// numbers, each in as few octets as it needs.
bool IsDerObjectId(absl::string_view contents);

// CountDer returns how many elements stand one after the other, limit + 1 where
// they are more, and limit + 1 also where they are not DER.
size_t CountDer(absl::string_view bytes, size_t limit);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_DER_H_
