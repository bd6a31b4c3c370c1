#include "tests/support/openssl_ocsp.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>

namespace postern {
namespace {

using UniqueResponse = std::unique_ptr<OCSP_RESPONSE, OpensslFree<OCSP_RESPONSE_free>>;
using UniqueBasic = std::unique_ptr<OCSP_BASICRESP, OpensslFree<OCSP_BASICRESP_free>>;
using UniqueCertId = std::unique_ptr<OCSP_CERTID, OpensslFree<OCSP_CERTID_free>>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

UniqueX509 Parse(absl::string_view der) {
  const unsigned char* begin = Bytes(der);
  return UniqueX509(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
}

UniqueBasic Read(absl::string_view der) {
  const unsigned char* begin = Bytes(der);
  const UniqueResponse response(d2i_OCSP_RESPONSE(nullptr, &begin, static_cast<long>(der.size())));
  if (response == nullptr ||
      OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return nullptr;
  }
  return UniqueBasic(OCSP_response_get1_basic(response.get()));
}

bool IsVerified(OCSP_BASICRESP* basic, STACK_OF(X509) * issuers, X509_STORE* store) {
  return basic != nullptr && OCSP_basic_verify(basic, issuers, store, 0) == 1;
}

OpensslOcsp::Status StatusOf(OCSP_BASICRESP* basic, OCSP_CERTID* id) {
  int status = 0;
  if (OCSP_resp_find_status(basic, id, &status, nullptr, nullptr, nullptr, nullptr) != 1) {
    return OpensslOcsp::Status::kInvalid;
  }
  switch (status) {
    case V_OCSP_CERTSTATUS_GOOD:
      return OpensslOcsp::Status::kGood;
    case V_OCSP_CERTSTATUS_REVOKED:
      return OpensslOcsp::Status::kRevoked;
    default:
      return OpensslOcsp::Status::kUnknown;
  }
}

}  // namespace

OpensslOcsp::OpensslOcsp(absl::string_view certificate_der, absl::string_view issuer_der,
                         absl::Time now)
    : certificate_(Parse(certificate_der)),
      issuer_(Parse(issuer_der)),
      issuers_(sk_X509_new_null()),
      store_(X509_STORE_new()) {
  sk_X509_push(issuers_.get(), issuer_.get());
  X509_STORE_add_cert(store_.get(), issuer_.get());
  X509_STORE_set_flags(store_.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store_.get()), absl::ToTimeT(now));
}

bool OpensslOcsp::Verify(absl::string_view response) const {
  const UniqueBasic basic = Read(response);
  const bool verified = IsVerified(basic.get(), issuers_.get(), store_.get());
  ERR_clear_error();
  return verified;
}

OpensslOcsp::Status OpensslOcsp::Check(absl::string_view response) const {
  const UniqueBasic basic = Read(response);
  const UniqueCertId id(OCSP_cert_to_id(nullptr, certificate_.get(), issuer_.get()));
  const Status status = IsVerified(basic.get(), issuers_.get(), store_.get())
                            ? StatusOf(basic.get(), id.get())
                            : Status::kInvalid;
  ERR_clear_error();
  return status;
}

}  // namespace postern
