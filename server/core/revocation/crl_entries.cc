#include "server/core/revocation/crl_entries.h"

#include <optional>
#include <utility>

#include "server/core/x509/asn1_time.h"
#include "server/core/x509/der.h"
#include "server/core/x509/extension.h"

namespace postern {
namespace {

// Contents of object identifiers.
constexpr absl::string_view kReasonCode("\x55\x1d\x15", 3);
constexpr absl::string_view kHoldInstruction("\x55\x1d\x17", 3);
constexpr absl::string_view kInvalidityDate("\x55\x1d\x18", 3);
constexpr absl::string_view kCertificateIssuer("\x55\x1d\x1d", 3);

// With a serial of one octet and a UTCTime.
constexpr size_t kMinEntryBytes = 20;

bool ReadReason(absl::string_view value, RevocationReason& reason) {
  DerReader reader(value);
  DerElement code;
  if (!reader.Read(kDerEnumerated, code) || !reader.AtEnd() || code.contents.size() != 1) {
    return false;
  }
  reason = RevocationReasonOf(static_cast<uint8_t>(code.contents.front()));
  return true;
}

CrlReason ReadEntryExtensions(absl::string_view contents, RevocationReason& reason) {
  Extensions extensions;
  if (!ReadExtensions(contents, kMaxEntryExtensions, extensions)) return CrlReason::kMalformed;
  for (const Extension& extension : extensions) {
    if (extension.id == kReasonCode) {
      if (!ReadReason(extension.value, reason)) return CrlReason::kMalformed;
    } else if (extension.id == kCertificateIssuer) {
      return CrlReason::kIndirect;
    } else if (extension.critical && extension.id != kHoldInstruction &&
               extension.id != kInvalidityDate) {
      return CrlReason::kCriticalExtension;
    }
  }
  return CrlReason::kNone;
}

CrlReason ReadEntry(absl::string_view contents, bool is_v2, RevokedSerialsBuilder& builder) {
  DerReader fields(contents);
  DerElement serial;
  DerElement element;
  if (!fields.Read(kDerInteger, serial) || !IsDerInteger(serial.contents, kMaxSerialOctets) ||
      !fields.Read(element)) {
    return CrlReason::kMalformed;
  }
  const std::optional<absl::Time> time = ReadTime(element);
  if (!time) return CrlReason::kMalformed;
  Revocation revocation{*time};
  if (!fields.AtEnd()) {
    // Extensions come with v2 (section 5.1.2.1).
    if (!is_v2 || !fields.Read(kDerSequence, element) || !fields.AtEnd()) {
      return CrlReason::kMalformed;
    }
    const CrlReason reason = ReadEntryExtensions(element.contents, revocation.reason);
    if (reason != CrlReason::kNone) return reason;
  }
  builder.Add(serial.contents, revocation);
  return CrlReason::kNone;
}

}  // namespace

CrlReason ReadCrlEntries(absl::string_view contents, bool is_v2, RevokedSerials& serials) {
  const size_t count = CountDer(contents, contents.size() / kMinEntryBytes);
  if (count > contents.size() / kMinEntryBytes) return CrlReason::kMalformed;
  RevokedSerialsBuilder builder;
  builder.Reserve(count);
  DerReader reader(contents);
  DerElement entry;
  while (!reader.AtEnd()) {
    if (!reader.Read(kDerSequence, entry)) return CrlReason::kMalformed;
    const CrlReason reason = ReadEntry(entry.contents, is_v2, builder);
    if (reason != CrlReason::kNone) return reason;
  }
  serials = std::move(builder).Build();
  return CrlReason::kNone;
}

}  // namespace postern
