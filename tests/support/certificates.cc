#include "tests/support/certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>

namespace postern {
namespace {

template <typename T>
std::string Der(int (*encode)(const T*, unsigned char**), const T* object) {
  unsigned char* bytes = nullptr;
  const int length = encode(object, &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

// The certificate and its public key.
const std::pair<std::string, std::string>& Made() {
  static const auto* const kMade = [] {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> x509(X509_new(), X509_free);
    X509_set_version(x509.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 86400);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("mx1.test"), -1, -1, 0);
    X509_set_issuer_name(x509.get(), X509_get_subject_name(x509.get()));
    X509_set_pubkey(x509.get(), key.get());
    X509_sign(x509.get(), key.get(), EVP_sha256());
    return new std::pair<std::string, std::string>(Der<X509>(i2d_X509, x509.get()),
                                                   Der<EVP_PKEY>(i2d_PUBKEY, key.get()));
  }();
  return *kMade;
}

}  // namespace

const std::string& SelfSignedCertificateDer() { return Made().first; }
const std::string& PublicKeyDer() { return Made().second; }

}  // namespace postern
