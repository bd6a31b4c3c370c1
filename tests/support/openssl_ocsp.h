// OpenSSL's own judgement of an OCSP response, with its parameters at their sanest:
// what ours is compared to.
#ifndef POSTERN_TESTS_SUPPORT_OPENSSL_OCSP_H_
#define POSTERN_TESTS_SUPPORT_OPENSSL_OCSP_H_

#include <openssl/x509.h>

#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// OpensslOcsp judges responses on one certificate.
class OpensslOcsp {
 public:
  enum class Status { kInvalid, kGood, kRevoked, kUnknown };

  OpensslOcsp(absl::string_view certificate_der, absl::string_view issuer_der, absl::Time now);

  // Verify reads and verifies, no more: d2i_OCSP_RESPONSE, OCSP_basic_verify.
  bool Verify(absl::string_view response) const;

  // Check is Verify, and OCSP_resp_find_status besides. Times are not judged.
  Status Check(absl::string_view response) const;

 private:
  using UniqueStore = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;

  UniqueX509 certificate_;
  UniqueX509 issuer_;
  UniqueX509Stack issuers_;
  UniqueStore store_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_OPENSSL_OCSP_H_
