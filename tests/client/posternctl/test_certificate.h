// Certificates with one knob a field, for tests of the commands that read them.
#ifndef POSTERN_TESTS_CLIENT_POSTERNCTL_TEST_CERTIFICATE_H_
#define POSTERN_TESTS_CLIENT_POSTERNCTL_TEST_CERTIFICATE_H_

#include <openssl/types.h>

#include <memory>
#include <string>

namespace postern::posternctl {

// CertificateKnobs are what a certificate says.
struct CertificateKnobs {
  std::string common_name = "mx.test";
  // As OpenSSL writes it, such as "DNS:mx.test,IP:127.0.0.1"; empty: none.
  std::string alternative_names = {};
  bool authority = false;
  // Validity in days from now.
  int from_day = -1;
  int to_day = 1;
};

// TestCertificate is a certificate with its key (ECDSA P-256).
struct TestCertificate {
  std::shared_ptr<X509> x509;
  std::shared_ptr<EVP_PKEY> key;

  std::string Pem() const;
  std::string KeyPem() const;
};

// Issue makes a certificate, signed by the issuer or by itself.
TestCertificate Issue(const CertificateKnobs& knobs, const TestCertificate* issuer = nullptr);

// WriteTestFile writes a file below the test's folder and gives its path.
std::string WriteTestFile(const std::string& name, const std::string& bytes);

}  // namespace postern::posternctl

#endif  // POSTERN_TESTS_CLIENT_POSTERNCTL_TEST_CERTIFICATE_H_
