#include "server/core/x509/certificate.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A verification costs as much as its key is long.
absl::Status CheckKey(const EVP_PKEY& key) {
  if (EVP_PKEY_get_base_id(&key) != EVP_PKEY_RSA &&
      EVP_PKEY_get_base_id(&key) != EVP_PKEY_RSA_PSS) {
    return absl::OkStatus();
  }
  BIGNUM* exponent = nullptr;
  EVP_PKEY_get_bn_param(&key, OSSL_PKEY_PARAM_RSA_E, &exponent);
  const int exponent_bits = exponent == nullptr ? 0 : BN_num_bits(exponent);
  BN_free(exponent);
  if (EVP_PKEY_get_bits(&key) > kMaxRsaBits || exponent_bits > kMaxRsaExponentBits) {
    return absl::InvalidArgumentError(absl::StrCat("an RSA key of more than ", kMaxRsaBits,
                                                   " bits, or an exponent of more than ",
                                                   kMaxRsaExponentBits));
  }
  return absl::OkStatus();
}

absl::Status CheckNames(const X509& certificate) {
  const UniqueGeneralNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names != nullptr &&
      static_cast<size_t>(sk_GENERAL_NAME_num(names.get())) > kMaxSubjectAltNames) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kMaxSubjectAltNames, " subject alternative names"));
  }
  const UniqueNameConstraints constraints(static_cast<NAME_CONSTRAINTS*>(
      X509_get_ext_d2i(&certificate, NID_name_constraints, nullptr, nullptr)));
  if (constraints == nullptr) return absl::OkStatus();
  size_t count = 0;
  for (const auto* subtrees : {constraints->permittedSubtrees, constraints->excludedSubtrees}) {
    if (subtrees != nullptr) count += static_cast<size_t>(sk_GENERAL_SUBTREE_num(subtrees));
  }
  return count <= kMaxNameConstraints
             ? absl::OkStatus()
             : absl::InvalidArgumentError(
                   absl::StrCat("more than ", kMaxNameConstraints, " name constraints"));
}

}  // namespace

absl::StatusOr<UniqueX509> ParseCertificate(absl::string_view der) {
  if (der.size() > kMaxCertificateBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a certificate of more than ", kMaxCertificateBytes, " bytes"));
  }
  const unsigned char* end = Bytes(der);
  UniqueX509 certificate(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (certificate == nullptr || end != Bytes(der) + der.size()) {
    return absl::InvalidArgumentError("not one DER certificate");
  }
  if (const EVP_PKEY* key = X509_get0_pubkey(certificate.get())) {
    if (absl::Status status = CheckKey(*key); !status.ok()) return status;
  }
  if (absl::Status status = CheckNames(*certificate); !status.ok()) return status;
  ERR_clear_error();
  return certificate;
}

absl::StatusOr<UniqueKey> ParsePublicKey(absl::string_view der) {
  const unsigned char* end = Bytes(der);
  UniqueKey key(d2i_PUBKEY(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (key == nullptr || end != Bytes(der) + der.size()) {
    return absl::InvalidArgumentError("not one DER SubjectPublicKeyInfo");
  }
  if (absl::Status status = CheckKey(*key); !status.ok()) return status;
  return key;
}

std::string PublicKeyInfo(const X509& certificate) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &bytes);
  if (length <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

absl::Time ToTime(const ASN1_TIME& time) {
  struct tm tm = {};
  if (ASN1_TIME_to_tm(&time, &tm) != 1) return absl::InfinitePast();
  return absl::FromTM(tm, absl::UTCTimeZone());
}

}  // namespace postern
