#include "server/core/revocation/check_crl.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/der.h"
#include "server/core/x509/distinguished_name.h"
#include "server/core/x509/distribution_point_name.h"

namespace postern {
namespace {

// The contents of a certificate's serial number in DER.
std::string SerialOf(const X509& certificate) {
  const ASN1_INTEGER* const number = X509_get0_serialNumber(&certificate);
  const int size = i2d_ASN1_INTEGER(number, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(&der[0]);
  i2d_ASN1_INTEGER(number, &out);
  DerReader reader(der);
  DerElement element;
  return reader.Read(kDerInteger, element) ? std::string(element.contents) : std::string();
}

bool IsCa(X509& certificate) { return (X509_get_extension_flags(&certificate) & EXFLAG_CA) != 0; }

// Whether the issuer is the certificate's and the CRL's.
std::optional<CrlReason> CheckIssuer(const Crl& crl, const Certificate& certificate,
                                     const Certificate& issuer, const CrlOptions& options) {
  if (!IsSameName(certificate.outline.issuer, issuer.outline.subject)) {
    return CrlReason::kNotIssuedBy;
  }
  if (crl.issuer_key != issuer.outline.public_key_info ||
      !IsSameName(crl.issuer_name, issuer.outline.subject)) {
    return CrlReason::kWrongIssuer;
  }
  if (options.is_chain_verified) return std::nullopt;
  EVP_PKEY* const key = X509_get0_pubkey(issuer.x509.get());
  const bool is_signed = key != nullptr && X509_verify(certificate.x509.get(), key) == 1;
  ERR_clear_error();
  if (!is_signed) return CrlReason::kNotIssuedBy;
  return std::nullopt;
}

bool HasName(absl::string_view names, const std::vector<std::string>& wanted) {
  DerReader reader(names);
  DerElement name;
  while (reader.Read(name)) {
    if (std::find(wanted.begin(), wanted.end(), name.whole) != wanted.end()) return true;
  }
  return false;
}

bool HasUrl(const std::vector<std::string>& names, absl::string_view url) {
  return std::any_of(names.begin(), names.end(), [url](const std::string& name) {
    DerReader reader(name);
    DerElement element;
    return reader.Read(kGeneralNameUri, element) && element.contents == url;
  });
}

// Section 6.3.3 (b)(2)(i).
std::optional<CrlReason> CheckPoint(const CrlScope& scope, const Certificate& certificate,
                                    absl::string_view url) {
  if (!scope.has_point) return std::nullopt;
  const absl::StatusOr<std::vector<CrlPoint>> points = ReadCrlPoints(certificate.outline);
  if (!points.ok()) return CrlReason::kDistributionPointUnknown;
  const bool matches =
      points->empty() ? HasUrl(scope.point_names, url)
                      : std::any_of(points->begin(), points->end(), [&](const CrlPoint& point) {
                          return point.is_usable && HasName(point.names, scope.point_names);
                        });
  if (!matches) return CrlReason::kDistributionPoint;
  return std::nullopt;
}

// Section 6.3.3 (b)(2)(ii) to (iv).
std::optional<CrlReason> CheckKind(const CrlScope& scope, bool is_ca) {
  switch (scope.kind) {
    case CrlScope::Kind::kAny:
      return std::nullopt;
    case CrlScope::Kind::kEndEntity:
      if (!is_ca) return std::nullopt;
      break;
    case CrlScope::Kind::kCa:
      if (is_ca) return std::nullopt;
      break;
    case CrlScope::Kind::kAttribute:
      break;
  }
  return CrlReason::kOutOfScope;
}

std::optional<CrlReason> CheckTime(const Crl& crl, absl::Duration max_age, absl::Time now,
                                   const CrlOptions& options) {
  if (crl.this_update > now + options.clock_skew) return CrlReason::kNotYetValid;
  if (!crl.next_update && !options.allow_missing_next_update) return CrlReason::kNoNextUpdate;
  if (crl.next_update && *crl.next_update <= now) return CrlReason::kStale;
  if (crl.this_update + max_age <= now) return CrlReason::kTooOld;
  return std::nullopt;
}

}  // namespace

CrlVerdict CheckCrl(const Crl& crl, const Certificate& certificate, const Certificate& issuer,
                    absl::string_view url, absl::Time now, const CrlOptions& options) {
  CrlVerdict verdict;
  const auto refuse = [&verdict](CrlReason reason) {
    verdict.reason = reason;
    return verdict;
  };
  if (crl.defect) return refuse(*crl.defect);
  verdict.this_update = crl.this_update;
  verdict.next_update = crl.next_update;
  const bool is_ca = IsCa(*certificate.x509);
  const absl::Duration max_age = is_ca ? options.max_age_for_ca : options.max_age;
  if (const auto reason = CheckTime(crl, max_age, now, options)) return refuse(*reason);
  if (const auto reason = CheckKind(crl.scope, is_ca)) return refuse(*reason);
  if (const auto reason = CheckPoint(crl.scope, certificate, url)) return refuse(*reason);
  if (const auto reason = CheckIssuer(crl, certificate, issuer, options)) return refuse(*reason);
  verdict.revocation = crl.serials.Find(SerialOf(*certificate.x509));
  const absl::Time expiry = ToTime(*X509_get0_notAfter(certificate.x509.get()));
  // Section 3.3: an entry may go once the certificate has expired.
  if (!verdict.revocation && expiry <= now) return refuse(CrlReason::kCertificateExpired);
  verdict.status = verdict.revocation ? CrlVerdict::Status::kRevoked : CrlVerdict::Status::kGood;
  verdict.reason = verdict.revocation ? CrlReason::kListed : CrlReason::kNotListed;
  verdict.use_until =
      std::min(crl.this_update + max_age, crl.next_update.value_or(absl::InfiniteFuture()));
  if (!verdict.revocation) verdict.use_until = std::min(verdict.use_until, expiry);
  return verdict;
}

}  // namespace postern
