#include "server/core/revocation/crl_outline.h"

#include "server/core/x509/asn1_time.h"
#include "server/core/x509/der.h"

namespace postern {
namespace {

constexpr absl::string_view kV2("\x01", 1);

bool ReadTimes(DerReader& fields, CrlOutline& outline) {
  DerElement element;
  if (!fields.Read(element)) return false;
  const std::optional<absl::Time> this_update = ReadTime(element);
  if (!this_update) return false;
  outline.this_update = *this_update;
  if (!fields.NextIs(kDerUtcTime) && !fields.NextIs(kDerGeneralizedTime)) return true;
  if (!fields.Read(element)) return false;
  outline.next_update = ReadTime(element);
  return outline.next_update.has_value();
}

// Reads tbsCertList but for `signature`, which it returns.
bool ReadTbs(absl::string_view contents, CrlOutline& outline, absl::string_view& algorithm) {
  DerReader fields(contents);
  DerElement element;
  outline.is_v2 = fields.NextIs(kDerInteger);
  // The only version that is written out is v2 (section 5.1.2.1).
  if (outline.is_v2 && (!fields.Read(element) || element.contents != kV2)) return false;
  if (!fields.Read(kDerSequence, element)) return false;
  algorithm = element.contents;
  if (!fields.Read(kDerSequence, element)) return false;
  outline.issuer = element.contents;
  if (!ReadTimes(fields, outline)) return false;
  if (fields.NextIs(kDerSequence)) {
    if (!fields.Read(element)) return false;
    outline.entries = element.contents;
  }
  if (fields.NextIs(DerContext(0, true))) {
    // Extensions come with v2 (section 5.1.2.1), and are not empty.
    if (!fields.Read(element) || !outline.is_v2 || element.contents.empty()) return false;
    outline.extensions = element.contents;
  }
  return fields.AtEnd();
}

}  // namespace

std::optional<CrlOutline> ReadCrlOutline(absl::string_view der) {
  DerReader outer(der);
  DerElement list;
  if (!outer.Read(kDerSequence, list) || !outer.AtEnd()) return std::nullopt;
  DerReader fields(list.contents);
  DerElement tbs;
  DerElement algorithm;
  DerElement bits;
  if (!fields.Read(kDerSequence, tbs) || !fields.Read(kDerSequence, algorithm) ||
      !fields.Read(kDerBitString, bits) || !fields.AtEnd()) {
    return std::nullopt;
  }
  const std::optional<absl::string_view> signature = ReadSignature(bits.contents);
  CrlOutline outline;
  absl::string_view signed_algorithm;
  // Both places name the same algorithm (section 5.1.1.2).
  if (!signature || !ReadTbs(tbs.contents, outline, signed_algorithm) ||
      signed_algorithm != algorithm.contents) {
    return std::nullopt;
  }
  outline.signed_bytes = {tbs.whole, algorithm.contents, *signature};
  return outline;
}

}  // namespace postern
