#include "server/core/x509/certificate.h"

#include <openssl/err.h>

#include <utility>

#include "absl/status/status.h"

namespace postern {
namespace {

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

absl::StatusOr<Certificate> Parse(absl::string_view der, const CertificateOutline& outline) {
  if (absl::Status status = CheckReadableKey(outline.public_key_info); !status.ok()) return status;
  const absl::StatusOr<NameCounts> counts = CountNames(outline);
  if (!counts.ok()) return counts.status();
  const unsigned char* end = Bytes(der);
  UniqueX509 x509(d2i_X509(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (x509 == nullptr || end != Bytes(der) + der.size()) {
    return absl::InvalidArgumentError("not one DER certificate");
  }
  return Certificate{std::move(x509), outline, *counts};
}

}  // namespace

absl::StatusOr<Certificate> ParseCertificate(absl::string_view der) {
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  if (!outline.ok()) return outline.status();
  return Parse(der, *outline);
}

absl::StatusOr<Certificate> ParseIssuer(absl::string_view der) {
  const absl::StatusOr<CertificateOutline> outline = ReadOutline(der);
  if (!outline.ok()) return outline.status();
  if (absl::Status status = CheckSigningKey(outline->public_key_info); !status.ok()) return status;
  return Parse(der, *outline);
}

absl::StatusOr<UniqueKey> ParseSigningKey(absl::string_view der) {
  if (!IsPublicKeyInfo(der)) {
    return absl::InvalidArgumentError("not one DER SubjectPublicKeyInfo");
  }
  if (absl::Status status = CheckSigningKey(der); !status.ok()) return status;
  const unsigned char* end = Bytes(der);
  UniqueKey key(d2i_PUBKEY(nullptr, &end, static_cast<long>(der.size())));
  ERR_clear_error();
  if (key == nullptr || end != Bytes(der) + der.size()) {
    return absl::InvalidArgumentError("not one DER SubjectPublicKeyInfo");
  }
  return key;
}

bool IsValidAt(const X509& certificate, absl::Time time) {
  return ToTime(*X509_get0_notBefore(&certificate)) <= time &&
         time < ToTime(*X509_get0_notAfter(&certificate));
}

std::string DerOf(const X509& certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(&certificate, &bytes);
  if (size <= 0) return "";
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

absl::Time ToTime(const ASN1_TIME& time) {
  struct tm tm = {};
  if (ASN1_TIME_to_tm(&time, &tm) != 1) return absl::InfinitePast();
  return absl::FromTM(tm, absl::UTCTimeZone());
}

}  // namespace postern
