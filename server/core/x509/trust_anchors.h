// The certificates that chains may end at (RFC 5280, section 6.1.1).
#ifndef POSTERN_SERVER_CORE_X509_TRUST_ANCHORS_H_
#define POSTERN_SERVER_CORE_X509_TRUST_ANCHORS_H_

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

// TrustAnchors is a set of certificates. A value: copies share it. Thread safe.
class TrustAnchors {
 public:
  // No anchor at all: no chain leads to it.
  TrustAnchors();

  // FromPem reads the certificates of a PEM text; what is around them is skipped.
  // Fails with INVALID_ARGUMENT where one cannot be read, or there is none.
  static absl::StatusOr<TrustAnchors> FromPem(absl::string_view text);

  // FromDer reads one certificate from each text. Fails with INVALID_ARGUMENT, with
  // the index of the certificate that cannot be read.
  static absl::StatusOr<TrustAnchors> FromDer(absl::Span<const absl::string_view> certificates);

  size_t size() const { return size_; }
  X509_STORE* store() const { return store_.get(); }

 private:
  void Add(X509* certificate);

  std::shared_ptr<X509_STORE> store_;
  size_t size_ = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_X509_TRUST_ANCHORS_H_
