#include "tests/client/tls/test_certificates.h"

#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <atomic>

namespace postern {
namespace {

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

TestCertificate::TestCertificate(const std::string& dns_name, const TestCertificate* issuer,
                                 size_t padding)
    : certificate_(X509_new()), key_(EVP_EC_gen("P-256")) {
  static std::atomic<long> serial{1};
  X509* certificate = certificate_.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key_.get());
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(dns_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate,
                       issuer == nullptr ? subject : X509_get_subject_name(issuer->certificate()));
  AddExtension(certificate, NID_subject_alt_name, "DNS:" + dns_name);
  if (padding > 0) AddExtension(certificate, NID_netscape_comment, std::string(padding, 'x'));
  if (issuer == nullptr) AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate, issuer == nullptr ? key_.get() : issuer->key(), EVP_sha256());
}

std::string TestCertificate::der() const {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate_.get(), &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace postern
