// The parts of ReadCrl with any bytes, as if their signature were good: what OpenSSL
// takes as well has the same serial numbers in both readings.
#include <openssl/err.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/core/revocation/crl_entries.h"
#include "server/core/revocation/crl_outline.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/crl_scope.h"
#include "server/core/revocation/revoked_serials.h"
#include "server/core/x509/der.h"
#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

using UniqueCrl = std::unique_ptr<X509_CRL, OpensslFree<X509_CRL_free>>;

void Require(bool holds) {
  if (!holds) abort();
}

std::string SerialOf(const X509_REVOKED& entry) {
  const ASN1_INTEGER* const number = X509_REVOKED_get0_serialNumber(&entry);
  unsigned char* bytes = nullptr;
  const int size = i2d_ASN1_INTEGER(number, &bytes);
  Require(size > 0);
  const std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  DerReader reader(der);
  DerElement element;
  Require(reader.Read(kDerInteger, element));
  return std::string(element.contents);
}

void CheckSerials(absl::string_view bytes, const RevokedSerials& serials) {
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const UniqueCrl crl(d2i_X509_CRL(nullptr, &begin, static_cast<long>(bytes.size())));
  ERR_clear_error();
  if (crl == nullptr) return;
  STACK_OF(X509_REVOKED)* const entries = X509_CRL_get_REVOKED(crl.get());
  const int count = entries == nullptr ? 0 : sk_X509_REVOKED_num(entries);
  Require(serials.size() <= static_cast<size_t>(count));
  Require((serials.size() == 0) == (count == 0));
  for (int i = 0; i < count; ++i) {
    Require(serials.Find(SerialOf(*sk_X509_REVOKED_value(entries, i))).has_value());
  }
}

void Check(absl::string_view bytes) {
  const std::optional<CrlOutline> outline = ReadCrlOutline(bytes);
  if (!outline) return;
  CrlScope scope;
  ReadCrlScope(outline->extensions, scope);
  Require(scope.point_names.size() <= kMaxPointNames);
  RevokedSerials serials;
  const CrlReason reason = ReadCrlEntries(outline->entries, outline->is_v2, serials);
  Require(reason == CrlReason::kNone || serials.size() == 0);
  Require(serials.bytes() <= 2 * bytes.size() + size_t{32} * kMaxSerialOctets);
  if (reason == CrlReason::kNone) CheckSerials(bytes, serials);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
