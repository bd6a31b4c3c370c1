// ReadSingleResponse with any bytes: what OpenSSL takes as well says the same of the
// same certificate in both readings.
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/x509/openssl_types.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using UniqueSingle = std::unique_ptr<OCSP_SINGLERESP, OpensslFree<OCSP_SINGLERESP_free>>;

void Require(bool holds) {
  if (!holds) abort();
}

absl::string_view View(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

void RequireSameId(const CertId& ours, const OCSP_SINGLERESP& openssls) {
  ASN1_OCTET_STRING* name_hash = nullptr;
  ASN1_OCTET_STRING* key_hash = nullptr;
  ASN1_INTEGER* serial = nullptr;
  Require(OCSP_id_get0_info(&name_hash, nullptr, &key_hash, &serial,
                            const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(&openssls))) == 1);
  Require(View(name_hash) == ours.name_hash);
  Require(View(key_hash) == ours.key_hash);
  unsigned char* bytes = nullptr;
  const int size = i2d_ASN1_INTEGER(serial, &bytes);
  Require(size > 0);
  const std::string encoded(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  Require(encoded == Tlv(0x02, std::string(ours.serial)));
}

void Check(absl::string_view bytes) {
  SingleResponse single;
  if (ReadSingleResponse(bytes, single) != OcspFault::kNone) return;
  const std::string der = Tlv(0x30, std::string(bytes));
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const UniqueSingle openssls(d2i_OCSP_SINGLERESP(nullptr, &begin, static_cast<long>(der.size())));
  ERR_clear_error();
  if (openssls == nullptr) return;
  RequireSameId(single.cert_id, *openssls);
  int reason = -1;
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  Require(OCSP_single_get0_status(openssls.get(), &reason, &revoked, &this_update, &next_update) ==
          static_cast<int>(single.status));
  Require(View(this_update) == GeneralizedTimeText(single.this_update));
  Require((next_update != nullptr) == single.next_update.has_value());
  Require(next_update == nullptr || View(next_update) == GeneralizedTimeText(*single.next_update));
  if (single.status == CertStatus::kRevoked) {
    Require(View(revoked) == GeneralizedTimeText(single.revocation_time));
    Require(!single.revocation_reason || reason == *single.revocation_reason);
  }
  ERR_clear_error();
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
