#include "server/core/x509/certificate_summary.h"

#include <openssl/err.h>
#include <openssl/sha.h>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/certificate.h"
#include "server/core/x509/name_match.h"
#include "server/core/x509/name_text.h"

namespace postern {
namespace {

constexpr size_t kMaxText = 256;
constexpr size_t kMaxNames = 32;

std::string SerialText(const X509& certificate) {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(&certificate);
  const absl::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                                static_cast<size_t>(ASN1_STRING_length(serial)));
  return absl::BytesToHexString(bytes.substr(0, kMaxText / 2));
}

// "EC P-256", "RSA 2048", "ED25519".
std::string KeyText(const X509& certificate) {
  const EVP_PKEY* const key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return "unknown";
  const absl::string_view type = EVP_PKEY_get0_type_name(key);
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) {
    return absl::StrCat(type, " ", EVP_PKEY_get_bits(key));
  }
  char group[64] = "";
  EVP_PKEY_get_group_name(key, group, sizeof group, nullptr);
  const char* const nist = EC_curve_nid2nist(OBJ_sn2nid(group));
  return absl::StrCat(type, " ", nist == nullptr ? group : nist);
}

std::string Sha256(absl::string_view data) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), sizeof digest);
}

}  // namespace

CertificateSummary SummarizeCertificate(absl::string_view der) {
  CertificateSummary summary;
  summary.sha256 = Sha256(der);
  const absl::StatusOr<Certificate> parsed = ParseCertificate(der);
  if (!parsed.ok()) {
    summary.error = std::string(parsed.status().message());
    return summary;
  }
  const X509& certificate = *parsed->x509;
  summary.subject = NameText(X509_get_subject_name(&certificate));
  summary.issuer = NameText(X509_get_issuer_name(&certificate));
  for (const std::string& name : DnsIds(certificate)) {
    if (summary.dns_names.size() == kMaxNames) break;
    summary.dns_names.push_back(PrintableText(name));
  }
  summary.not_before = ToTime(*X509_get0_notBefore(&certificate));
  summary.not_after = ToTime(*X509_get0_notAfter(&certificate));
  summary.serial_number = SerialText(certificate);
  summary.public_key = KeyText(certificate);
  summary.spki_sha256 = Sha256(parsed->outline.public_key_info);
  ERR_clear_error();
  return summary;
}

}  // namespace postern
