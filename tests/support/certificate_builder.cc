#include "tests/support/certificate_builder.h"

#include <openssl/asn1.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <utility>

#include "server/core/x509/openssl_types.h"

namespace postern {
namespace {

using UniqueExtension = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;

// A builder that fails is a broken test.
void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "certificate_builder: %s failed\n", what);
  abort();
}

template <typename T>
std::string Encode(const T& object, int (*encode)(const T*, unsigned char**)) {
  unsigned char* bytes = nullptr;
  const int length = encode(&object, &bytes);
  Require(length > 0, "encoding");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void Set(ASN1_STRING* string, const std::string& text) {
  Require(ASN1_STRING_set(string, text.data(), static_cast<int>(text.size())) == 1, "a string");
}

void AddText(X509* certificate, X509* issuer, int nid, const std::string& text) {
  if (text.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const UniqueExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, text.c_str()));
  Require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
          text.c_str());
}

void AddRaw(X509* certificate, const ASN1_OBJECT* id, bool critical, const std::string& value) {
  const std::unique_ptr<ASN1_OCTET_STRING, OpensslFree<ASN1_OCTET_STRING_free>> octets(
      ASN1_OCTET_STRING_new());
  Set(octets.get(), value);
  const UniqueExtension extension(
      X509_EXTENSION_create_by_OBJ(nullptr, id, critical ? 1 : 0, octets.get()));
  Require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
          "an extension");
}

void AddAltNames(X509* certificate, const CertificateSpec& spec) {
  if (spec.dns_names.empty() && spec.ip_addresses.empty() && !spec.has_empty_alt_names) return;
  const UniqueGeneralNames names(sk_GENERAL_NAME_new_null());
  const auto add = [&names](int type, ASN1_STRING* value, const std::string& text) {
    Set(value, text);
    GENERAL_NAME* const name = GENERAL_NAME_new();
    GENERAL_NAME_set0_value(name, type, value);
    sk_GENERAL_NAME_push(names.get(), name);
  };
  for (const std::string& name : spec.dns_names) add(GEN_DNS, ASN1_IA5STRING_new(), name);
  for (const std::string& name : spec.ip_addresses) add(GEN_IPADD, ASN1_OCTET_STRING_new(), name);
  Require(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1, "names");
}

void AddExtensions(X509* certificate, X509* issuer, const CertificateSpec& spec) {
  if (spec.is_ca) {
    std::string text = *spec.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE";
    if (spec.path_length) text += ",pathlen:" + std::to_string(*spec.path_length);
    AddText(certificate, issuer, NID_basic_constraints, text);
  }
  AddAltNames(certificate, spec);
  AddText(certificate, issuer, NID_key_usage, spec.key_usage);
  AddText(certificate, issuer, NID_ext_key_usage, spec.extended_key_usage);
  AddText(certificate, issuer, NID_name_constraints, spec.name_constraints);
  AddText(certificate, issuer, NID_info_access, spec.authority_access);
  AddText(certificate, issuer, NID_crl_distribution_points, spec.crl_points);
  if (spec.must_staple) AddText(certificate, issuer, NID_tlsfeature, "status_request");
  if (spec.has_key_ids) {
    AddText(certificate, issuer, NID_subject_key_identifier, "hash");
    // An issuer without one leaves nothing to point to.
    if (X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0) {
      AddText(certificate, issuer, NID_authority_key_identifier, "keyid");
    }
  }
  std::vector<std::pair<std::string, std::string>> raw = spec.raw_extensions;
  if (spec.has_unknown_critical_extension) {
    raw.emplace_back("1.3.6.1.4.1.55555.1", std::string("\x05\x00", 2));
  }
  for (const auto& [id, value] : raw) {
    const std::unique_ptr<ASN1_OBJECT, OpensslFree<ASN1_OBJECT_free>> object(
        OBJ_txt2obj(id.c_str(), 1));
    AddRaw(certificate, object.get(), spec.has_unknown_critical_extension, value);
  }
}

void SetSubject(X509* certificate, const CertificateSpec& spec) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  for (const std::string& name : spec.common_names) {
    Require(X509_NAME_add_entry_by_NID(subject, NID_commonName, V_ASN1_UTF8STRING, Bytes(name),
                                       static_cast<int>(name.size()), -1, 0) == 1,
            "a common name");
  }
}

void SetTime(ASN1_TIME* field, absl::Time time) {
  Require(ASN1_TIME_set(field, absl::ToTimeT(time)) != nullptr, "a time");
}

UniqueX509 Parse(const std::string& der) {
  const unsigned char* begin = Bytes(der);
  return UniqueX509(d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
}

EVP_PKEY* Keep(EVP_PKEY* key) {
  Require(key != nullptr, "a key");
  return key;
}

}  // namespace

EVP_PKEY* EcKey(int number) { return EcKeyOf("P-256", number); }

EVP_PKEY* EcKeyOf(const std::string& curve, int number) {
  static auto* const keys = new std::map<std::pair<std::string, int>, EVP_PKEY*>;
  EVP_PKEY*& key = (*keys)[{curve, number}];
  if (key == nullptr) key = Keep(EVP_EC_gen(curve.c_str()));
  return key;
}

EVP_PKEY* RsaKey(unsigned bits) {
  static auto* const keys = new std::map<unsigned, EVP_PKEY*>;
  EVP_PKEY*& key = (*keys)[bits];
  if (key == nullptr) key = Keep(EVP_RSA_gen(bits));
  return key;
}

EVP_PKEY* Ed25519Key() {
  static EVP_PKEY* const key = Keep(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  return key;
}

std::string PublicKeyInfoOf(const EVP_PKEY& key) { return Encode<EVP_PKEY>(key, i2d_PUBKEY); }

TestCertificate Build(const CertificateSpec& spec, const TestCertificate* issuer) {
  const UniqueX509 certificate(X509_new());
  const UniqueX509 parent = issuer == nullptr ? nullptr : Parse(issuer->der);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), spec.serial);
  SetTime(X509_getm_notBefore(certificate.get()), spec.not_before);
  SetTime(X509_getm_notAfter(certificate.get()), spec.not_after);
  SetSubject(certificate.get(), spec);
  X509* const signer = parent == nullptr ? certificate.get() : parent.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  X509_set_pubkey(certificate.get(), spec.key);
  AddExtensions(certificate.get(), signer, spec);
  Require(X509_sign(certificate.get(), issuer == nullptr ? spec.key : issuer->key, spec.digest) > 0,
          "signing");
  TestCertificate built;
  built.der = Encode<X509>(*certificate, i2d_X509);
  if (spec.has_wrong_signature) built.der.back() = static_cast<char>(built.der.back() ^ 1);
  built.public_key_info = PublicKeyInfoOf(*spec.key);
  built.key = spec.key;
  return built;
}

CertificateSpec CaSpec(const std::string& name, EVP_PKEY* key) {
  CertificateSpec spec;
  spec.common_names = {name};
  spec.key = key;
  spec.is_ca = true;
  spec.key_usage = "critical,keyCertSign,cRLSign";
  return spec;
}

CertificateSpec LeafSpec(const std::string& dns_name, EVP_PKEY* key) {
  CertificateSpec spec;
  spec.key = key;
  spec.dns_names = {dns_name};
  spec.is_ca = false;
  spec.key_usage = "critical,digitalSignature";
  spec.extended_key_usage = "serverAuth";
  return spec;
}

}  // namespace postern
