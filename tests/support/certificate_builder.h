// Certificates for tests, built in memory: one knob a field.
//
//   const TestCertificate root = Build(CaSpec("root", EcKey(1)));
//   CertificateSpec spec;
//   spec.dns_names = {"mx1.test"};
//   const TestCertificate leaf = Build(spec, &root);
//
// The same for a whole process, apart from keys and signatures, which are made anew
// in each. Keys are made once.
#ifndef POSTERN_TESTS_SUPPORT_CERTIFICATE_BUILDER_H_
#define POSTERN_TESTS_SUPPORT_CERTIFICATE_BUILDER_H_

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace postern {

// TestNow is when the tests' certificates are looked at.
inline absl::Time TestNow() { return absl::FromUnixSeconds(1767225600); }

// EcKey returns the P-256 key of a number; EcKeyOf that of another curve, by OpenSSL's
// name; RsaKey one of so many bits; Ed25519Key the one.
EVP_PKEY* EcKey(int number);
EVP_PKEY* EcKeyOf(const std::string& curve, int number = 0);
EVP_PKEY* RsaKey(unsigned bits);
EVP_PKEY* Ed25519Key();

// PublicKeyInfoOf returns the DER of a key's SubjectPublicKeyInfo.
std::string PublicKeyInfoOf(const EVP_PKEY& key);

// CertificateSpec says what a certificate is to be. Text fields are OpenSSL's
// configuration syntax (x509v3_config); empty: no such extension.
struct CertificateSpec {
  EVP_PKEY* key = EcKey(0);
  std::vector<std::string> common_names = {"leaf"};
  std::vector<std::string> dns_names;     // any bytes
  std::vector<std::string> ip_addresses;  // bytes, 4 or 16
  bool has_empty_alt_names = false;       // the extension, without a name
  std::optional<bool> is_ca;              // absent: no basic constraints
  std::optional<int> path_length;
  std::string key_usage;
  std::string extended_key_usage;
  std::string name_constraints;  // "permitted;DNS:test"
  std::string authority_access;  // "OCSP;URI:http://ocsp.test"
  std::string crl_points;        // "URI:http://crl.test/a.crl"
  bool must_staple = false;      // RFC 7633
  bool has_key_ids = true;       // subject's and authority's
  bool has_unknown_critical_extension = false;
  // Further extensions: object identifier and value, as they are.
  std::vector<std::pair<std::string, std::string>> raw_extensions;
  absl::Time not_before = TestNow() - absl::Hours(24);
  absl::Time not_after = TestNow() + absl::Hours(24);
  const EVP_MD* digest = EVP_sha256();  // null for Ed25519
  long serial = 1;
  bool has_wrong_signature = false;
};

// TestCertificate is a certificate that was built.
struct TestCertificate {
  std::string der;
  std::string public_key_info;
  EVP_PKEY* key = nullptr;  // its own, which signs for it
};

// Build makes a certificate, signed by an issuer, or by itself where that is null.
TestCertificate Build(const CertificateSpec& spec, const TestCertificate* issuer = nullptr);

// CaSpec is a certification authority's.
CertificateSpec CaSpec(const std::string& name, EVP_PKEY* key);

// LeafSpec is a server's, with one DNS-ID.
CertificateSpec LeafSpec(const std::string& dns_name, EVP_PKEY* key = EcKey(0));

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_CERTIFICATE_BUILDER_H_
