// OpenSSL's own DANE, to compare with: what a TLS client does that leaves
// verification to it (SSL_dane_enable(3)).
#ifndef POSTERN_TESTS_SUPPORT_OPENSSL_DANE_H_
#define POSTERN_TESTS_SUPPORT_OPENSSL_DANE_H_

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/dns/answer.h"
#include "server/core/x509/openssl_types.h"

namespace postern {

using UniqueSsl = std::unique_ptr<SSL, OpensslFree<SSL_free>>;

// OpensslDane is a connection that is set up for DANE. Not thread safe.
class OpensslDane {
 public:
  // What OpenSSL says of a chain.
  struct Result {
    bool verified = false;
    int error = 0;
    int depth = -1;  // of the match
    TlsaRecord record;
  };

  // `hosts` is not empty.
  explicit OpensslDane(const std::vector<std::string>& hosts);

  // Add adds a record; false where OpenSSL finds it unusable.
  bool Add(const TlsaRecord& record);

  // Verify reads and verifies certificates, the server's own first, at least one.
  Result Verify(absl::Span<const absl::string_view> certificates, absl::Time now);

 private:
  UniqueSsl ssl_;
  std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>> store_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_OPENSSL_DANE_H_
