// ReadOcspResponse with any bytes: what OpenSSL takes as well has the same statements,
// times and responder in both readings, and nothing verifies.
#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/openssl_types.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/ocsp_builder.h"

namespace postern {
namespace {

using UniqueResponse = std::unique_ptr<OCSP_RESPONSE, OpensslFree<OCSP_RESPONSE_free>>;
using UniqueBasic = std::unique_ptr<OCSP_BASICRESP, OpensslFree<OCSP_BASICRESP_free>>;

void Require(bool holds) {
  if (!holds) abort();
}

absl::string_view View(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

UniqueBasic OpensslsReading(absl::string_view bytes) {
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const UniqueResponse response(
      d2i_OCSP_RESPONSE(nullptr, &begin, static_cast<long>(bytes.size())));
  if (response == nullptr) return nullptr;
  Require(OCSP_response_status(response.get()) == OCSP_RESPONSE_STATUS_SUCCESSFUL);
  return UniqueBasic(OCSP_response_get1_basic(response.get()));
}

void RequireSame(const OcspResponse& ours, OCSP_BASICRESP* openssls) {
  Require(static_cast<size_t>(OCSP_resp_count(openssls)) == ours.responses.size());
  const STACK_OF(X509)* const certificates = OCSP_resp_get0_certs(openssls);
  const int count = certificates == nullptr ? 0 : sk_X509_num(certificates);
  Require(static_cast<size_t>(count) == ours.certificates.size());
  Require(View(OCSP_resp_get0_produced_at(openssls)) == GeneralizedTimeText(ours.produced_at));
  Require(View(OCSP_resp_get0_signature(openssls)) == ours.signed_bytes.signature);
  const ASN1_OCTET_STRING* key = nullptr;
  const X509_NAME* name = nullptr;
  Require(OCSP_resp_get0_id(openssls, &key, &name) == 1);
  Require((name == nullptr) == ours.responder_name.empty());
  Require(key == nullptr || View(key) == ours.responder_key_hash);
  for (size_t i = 0; i < ours.responses.size(); ++i) {
    const SingleResponse& single = ours.responses[i];
    int reason = -1;
    ASN1_GENERALIZEDTIME* revoked = nullptr;
    ASN1_GENERALIZEDTIME* this_update = nullptr;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    const int status = OCSP_single_get0_status(OCSP_resp_get0(openssls, static_cast<int>(i)),
                                               &reason, &revoked, &this_update, &next_update);
    Require(status == static_cast<int>(single.status));
    Require(View(this_update) == GeneralizedTimeText(single.this_update));
    Require((next_update != nullptr) == single.next_update.has_value());
    Require(next_update == nullptr ||
            View(next_update) == GeneralizedTimeText(*single.next_update));
  }
}

void Check(absl::string_view bytes) {
  OcspResponse response;
  if (ReadOcspResponse(bytes, response) == OcspFault::kNone) {
    Require(response.responses.size() <= kMaxSingleResponses);
    Require(response.certificates.size() <= kMaxResponderCertificates);
    Require(response.responder_name.empty() != response.responder_key_hash.empty());
    const UniqueBasic basic = OpensslsReading(bytes);
    if (basic != nullptr) RequireSame(response, basic.get());
  }
  ERR_clear_error();
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  static const auto* const leaf = new TestCertificate(Build(LeafSpec("mx1.test"), root));
  static const auto* const certificate = new Certificate(*ParseCertificate(leaf->der));
  static const auto* const issuer = new Certificate(*ParseIssuer(root->der));
  StapleOptions options;
  options.allow_sha1 = true;
  options.allow_missing_next_update = true;
  const StapleVerdict verdict = CheckStaple(bytes, *certificate, *issuer, TestNow(), options);
  Require(verdict.reason != StapleVerdict::Reason::kNone);
  Require(verdict.use_until == absl::InfinitePast());
  Require(ERR_peek_error() == 0);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
