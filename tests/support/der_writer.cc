#include "tests/support/der_writer.h"

#include <openssl/objects.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/core/x509/der.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

std::string Der(uint8_t tag, absl::string_view contents) {
  std::string der(1, static_cast<char>(tag));
  std::string length;
  for (size_t rest = contents.size(); rest > 0; rest >>= 8) {
    length.insert(length.begin(), static_cast<char>(rest & 0xff));
  }
  if (contents.size() < 0x80) {
    der += static_cast<char>(contents.size());
  } else {
    der += static_cast<char>(0x80 | length.size());
    der += length;
  }
  der.append(contents.data(), contents.size());
  return der;
}

std::string DerOid(const std::string& id) {
  const std::unique_ptr<ASN1_OBJECT, OpensslFree<ASN1_OBJECT_free>> object(
      OBJ_txt2obj(id.c_str(), 0));
  if (object == nullptr) {
    std::fprintf(stderr, "der_writer: no object identifier: %s\n", id.c_str());
    abort();
  }
  return Der(kDerObjectId,
             absl::string_view(reinterpret_cast<const char*>(OBJ_get0_data(object.get())),
                               OBJ_length(object.get())));
}

std::string DerTime(absl::Time time) {
  const bool is_utc = time < absl::FromCivil(absl::CivilYear(2050), absl::UTCTimeZone());
  return Der(
      is_utc ? kDerUtcTime : kDerGeneralizedTime,
      absl::FormatTime(is_utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ", time, absl::UTCTimeZone()));
}

std::string DerExtension(const std::string& id, bool critical, absl::string_view value) {
  return Der(kDerSequence, absl::StrCat(DerOid(id), critical ? Der(kDerBoolean, "\xff") : "",
                                        Der(kDerOctetString, value)));
}

}  // namespace postern
