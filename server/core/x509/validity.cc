#include "server/core/x509/validity.h"

#include "server/core/x509/asn1_time.h"
#include "server/core/x509/der.h"

namespace postern {

std::optional<Validity> ReadValidity(absl::string_view contents) {
  DerReader fields(contents);
  DerElement first;
  DerElement second;
  if (!fields.Read(first) || !fields.Read(second) || !fields.AtEnd()) return std::nullopt;
  const std::optional<absl::Time> not_before = ReadTime(first);
  const std::optional<absl::Time> not_after = ReadTime(second);
  if (!not_before || !not_after) return std::nullopt;
  return Validity{*not_before, *not_after};
}

}  // namespace postern
