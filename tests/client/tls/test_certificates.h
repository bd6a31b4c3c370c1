// Certificates for tests of TLS, made in memory: a root, and what it signed.
#ifndef POSTERN_TESTS_CLIENT_TLS_TEST_CERTIFICATES_H_
#define POSTERN_TESTS_CLIENT_TLS_TEST_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string>

namespace postern {

// TestCertificate is a certificate and its key (ECDSA P-256).
class TestCertificate {
 public:
  // Signed by issuer, or by itself; dns_name is its DNS-ID. Valid from an hour ago
  // for a day. padding is the length of a comment that makes it longer.
  explicit TestCertificate(const std::string& dns_name, const TestCertificate* issuer = nullptr,
                           size_t padding = 0);

  X509* certificate() const { return certificate_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  std::string der() const;

 private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  std::unique_ptr<X509, Free> certificate_;
  std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_TLS_TEST_CERTIFICATES_H_
