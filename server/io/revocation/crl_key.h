// Which CRL: where it is found, and whose it is.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_KEY_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_KEY_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "server/core/x509/certificate.h"

namespace postern {

// CrlKeyView points to the bytes of others. Issuers with one key and one name are one
// issuer, whatever else their certificates say.
struct CrlKeyView {
  absl::string_view url;
  absl::string_view issuer_key;   // SubjectPublicKeyInfo
  absl::string_view issuer_name;  // contents of the subject

  friend bool operator==(const CrlKeyView& a, const CrlKeyView& b) {
    return a.url == b.url && a.issuer_key == b.issuer_key && a.issuer_name == b.issuer_name;
  }
  template <typename H>
  friend H AbslHashValue(H hash, const CrlKeyView& key) {
    return H::combine(std::move(hash), key.url, key.issuer_key, key.issuer_name);
  }
};

// CrlKeyOf points to `url` and to the bytes of the certificate.
inline CrlKeyView CrlKeyOf(absl::string_view url, const Certificate& issuer) {
  return {url, issuer.outline.public_key_info, issuer.outline.subject};
}

// CrlKey has its own bytes.
struct CrlKey {
  std::string url;
  std::string issuer_key;
  std::string issuer_name;

  CrlKey() = default;
  explicit CrlKey(const CrlKeyView& key)
      : url(key.url), issuer_key(key.issuer_key), issuer_name(key.issuer_name) {}
  CrlKeyView View() const { return {url, issuer_key, issuer_name}; }
};

// IsCrlUrl tells whether a CRL may be looked for at a URL: http or https, of printing
// ASCII, no longer than a certificate's may be.
bool IsCrlUrl(absl::string_view url);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_KEY_H_
