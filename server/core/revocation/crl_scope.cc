#include "server/core/revocation/crl_scope.h"

#include <cstdint>

#include "server/core/x509/der.h"
#include "server/core/x509/distribution_point_name.h"
#include "server/core/x509/extension.h"

namespace postern {
namespace {

// Contents of object identifiers.
constexpr absl::string_view kIssuerAltName("\x55\x1d\x12", 3);
constexpr absl::string_view kCrlNumber("\x55\x1d\x14", 3);
constexpr absl::string_view kDeltaCrlIndicator("\x55\x1d\x1b", 3);
constexpr absl::string_view kIssuingDistributionPoint("\x55\x1d\x1c", 3);
constexpr absl::string_view kAuthorityKeyId("\x55\x1d\x23", 3);
constexpr absl::string_view kFreshestCrl("\x55\x1d\x2e", 3);

// 20 octets (section 5.2.3), and one for the sign.
constexpr size_t kMaxNumberOctets = 21;

// Reads a BOOLEAN that is there, and so TRUE, or not.
bool ReadFlag(DerReader& fields, uint8_t number, bool& flag) {
  DerElement element;
  flag = fields.NextIs(DerContext(number, false));
  return !flag || (fields.Read(element) && IsDerTrue(element.contents));
}

bool ReadPointNames(absl::string_view full_names, CrlScope& scope) {
  DerReader names(full_names);
  DerElement name;
  while (!names.AtEnd()) {
    if (!names.Read(name) || name.whole.size() > kMaxPointNameBytes ||
        scope.point_names.size() == kMaxPointNames) {
      return false;
    }
    scope.point_names.emplace_back(name.whole);
  }
  return true;
}

CrlReason ReadPoint(absl::string_view value, CrlScope& scope) {
  DerReader outer(value);
  DerElement point;
  // "An empty sequence" no CRL may have (section 5.2.5).
  if (!outer.Read(kDerSequence, point) || !outer.AtEnd() || point.contents.empty()) {
    return CrlReason::kMalformed;
  }
  DerReader fields(point.contents);
  DerElement element;
  absl::string_view full_names;
  scope.has_point = fields.NextIs(DerContext(0, true));
  if (scope.has_point && (!fields.Read(element) || !ReadPointName(element.contents, full_names) ||
                          !ReadPointNames(full_names, scope))) {
    return CrlReason::kMalformed;
  }
  bool user = false;
  bool ca = false;
  bool indirect = false;
  bool attribute = false;
  if (!ReadFlag(fields, 1, user) || !ReadFlag(fields, 2, ca)) return CrlReason::kMalformed;
  const bool some_reasons = fields.NextIs(DerContext(3, false));
  if ((some_reasons && !fields.Read(element)) || !ReadFlag(fields, 4, indirect) ||
      !ReadFlag(fields, 5, attribute) || !fields.AtEnd() || user + ca + attribute > 1) {
    return CrlReason::kMalformed;
  }
  if (indirect) return CrlReason::kIndirect;
  if (some_reasons) return CrlReason::kSomeReasons;
  if (user) scope.kind = CrlScope::Kind::kEndEntity;
  if (ca) scope.kind = CrlScope::Kind::kCa;
  if (attribute) scope.kind = CrlScope::Kind::kAttribute;
  return CrlReason::kNone;
}

bool ReadNumber(absl::string_view value, CrlScope& scope) {
  DerReader reader(value);
  DerElement number;
  if (!reader.Read(kDerInteger, number) || !reader.AtEnd() ||
      !IsDerInteger(number.contents, kMaxNumberOctets) ||
      (static_cast<uint8_t>(number.contents.front()) & 0x80) != 0) {
    return false;
  }
  scope.number = std::string(number.contents);
  return true;
}

}  // namespace

CrlReason ReadCrlScope(absl::string_view contents, CrlScope& scope) {
  scope = {};
  Extensions extensions;
  if (!ReadExplicitExtensions(contents, kMaxCrlExtensions, extensions)) {
    return CrlReason::kMalformed;
  }
  for (const Extension& extension : extensions) {
    if (extension.id == kDeltaCrlIndicator) return CrlReason::kDelta;
    if (extension.id == kIssuingDistributionPoint) {
      // Obeyed where it is not critical as well, though it has to be.
      const CrlReason reason = ReadPoint(extension.value, scope);
      if (reason != CrlReason::kNone) return reason;
    } else if (extension.id == kCrlNumber) {
      if (!ReadNumber(extension.value, scope)) return CrlReason::kMalformed;
    } else if (extension.critical && extension.id != kAuthorityKeyId &&
               extension.id != kIssuerAltName && extension.id != kFreshestCrl) {
      // The three say nothing of what this CRL is worth: its key is the issuer's, by
      // its signature, and deltas are not read.
      return CrlReason::kCriticalExtension;
    }
  }
  return CrlReason::kNone;
}

}  // namespace postern
