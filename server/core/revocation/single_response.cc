#include <algorithm>
#include <iterator>
#include <optional>

#include "server/core/revocation/ocsp_response.h"
#include "server/core/x509/asn1_time.h"
#include "server/core/x509/der.h"
#include "server/core/x509/extension.h"

namespace postern {
namespace {

constexpr uint8_t kMaxCrlReason = 10;

// Extensions that may be critical, since they do not change what a statement says:
// CRL references, archive cutoff, reason code, invalidity date (RFC 6960, section 4.4).
constexpr absl::string_view kKnownExtensions[] = {
    {"\x2b\x06\x01\x05\x05\x07\x30\x01\x03", 9},
    {"\x2b\x06\x01\x05\x05\x07\x30\x01\x06", 9},
    {"\x55\x1d\x15", 3},
    {"\x55\x1d\x18", 3},
};

// Whether contents are those of an INTEGER in DER: as few octets as it needs.
bool IsInteger(absl::string_view contents) {
  if (contents.empty()) return false;
  if (contents.size() == 1) return true;
  const auto first = static_cast<uint8_t>(contents[0]);
  const bool second_is_negative = (static_cast<uint8_t>(contents[1]) & 0x80) != 0;
  return !(first == 0 && !second_is_negative) && !(first == 0xff && second_is_negative);
}

bool ReadCertId(absl::string_view contents, CertId& id) {
  DerReader fields(contents);
  DerElement algorithm;
  DerElement name_hash;
  DerElement key_hash;
  DerElement serial;
  if (!fields.Read(kDerSequence, algorithm) || !fields.Read(kDerOctetString, name_hash) ||
      !fields.Read(kDerOctetString, key_hash) || !fields.Read(kDerInteger, serial) ||
      !fields.AtEnd() || !IsInteger(serial.contents)) {
    return false;
  }
  id = {algorithm.contents, name_hash.contents, key_hash.contents, serial.contents};
  return true;
}

OcspFault ReadTimeField(DerReader& fields, absl::Time& time) {
  DerElement element;
  if (!fields.Read(kDerGeneralizedTime, element)) return OcspFault::kMalformed;
  const std::optional<absl::Time> read = ReadGeneralizedTime(element.contents);
  if (!read) return OcspFault::kMalformedTime;
  time = *read;
  return OcspFault::kNone;
}

OcspFault ReadRevoked(absl::string_view contents, SingleResponse& single) {
  DerReader fields(contents);
  DerElement element;
  if (OcspFault fault = ReadTimeField(fields, single.revocation_time); fault != OcspFault::kNone) {
    return fault;
  }
  if (fields.AtEnd()) return OcspFault::kNone;
  if (!fields.Read(DerContext(0, true), element) || !fields.AtEnd()) return OcspFault::kMalformed;
  DerReader inner(element.contents);
  if (!inner.Read(kDerEnumerated, element) || !inner.AtEnd() || !IsInteger(element.contents)) {
    return OcspFault::kMalformed;
  }
  // Revoked for a reason that nobody knows is revoked.
  const auto reason = static_cast<uint8_t>(element.contents[0]);
  if (element.contents.size() == 1 && reason <= kMaxCrlReason) single.revocation_reason = reason;
  return OcspFault::kNone;
}

OcspFault ReadStatus(DerReader& fields, SingleResponse& single) {
  DerElement element;
  if (!fields.Read(element)) return OcspFault::kMalformed;
  switch (element.tag) {
    case DerContext(0, false):
      single.status = CertStatus::kGood;
      break;
    case DerContext(1, true):
      single.status = CertStatus::kRevoked;
      return ReadRevoked(element.contents, single);
    case DerContext(2, false):
      single.status = CertStatus::kUnknown;
      break;
    default:
      return OcspFault::kMalformed;
  }
  return element.contents.empty() ? OcspFault::kNone : OcspFault::kMalformed;
}

OcspFault ReadSingleExtensions(absl::string_view contents, SingleResponse& single) {
  Extensions extensions;
  if (contents.empty() || !ReadExplicitExtensions(contents, kMaxOcspExtensions, extensions)) {
    return OcspFault::kMalformed;
  }
  for (const Extension& extension : extensions) {
    const bool known = std::find(std::begin(kKnownExtensions), std::end(kKnownExtensions),
                                 extension.id) != std::end(kKnownExtensions);
    if (extension.critical && !known) single.has_unknown_critical_extension = true;
  }
  return OcspFault::kNone;
}

}  // namespace

OcspFault ReadSingleResponse(absl::string_view contents, SingleResponse& single) {
  single = SingleResponse();
  DerReader fields(contents);
  DerElement element;
  if (!fields.Read(kDerSequence, element) || !ReadCertId(element.contents, single.cert_id)) {
    return OcspFault::kMalformed;
  }
  OcspFault fault = ReadStatus(fields, single);
  if (fault == OcspFault::kNone) fault = ReadTimeField(fields, single.this_update);
  if (fault != OcspFault::kNone) return fault;
  if (fields.NextIs(DerContext(0, true))) {
    if (!fields.Read(element)) return OcspFault::kMalformed;
    DerReader inner(element.contents);
    absl::Time next_update;
    fault = ReadTimeField(inner, next_update);
    if (fault != OcspFault::kNone) return fault;
    if (!inner.AtEnd()) return OcspFault::kMalformed;
    single.next_update = next_update;
  }
  if (fields.NextIs(DerContext(1, true))) {
    if (!fields.Read(element)) return OcspFault::kMalformed;
    fault = ReadSingleExtensions(element.contents, single);
    if (fault != OcspFault::kNone) return fault;
  }
  return fields.AtEnd() ? OcspFault::kNone : OcspFault::kMalformed;
}

}  // namespace postern
