#include "server/core/revocation/check_crl.h"

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
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"

namespace postern {
namespace {

bool IsCa(X509& certificate) { return (X509_get_extension_flags(&certificate) & EXFLAG_CA) != 0; }

bool IsSignedBy(const Certificate& certificate, const Certificate& issuer, bool allow_sha1) {
  EVP_PKEY* const key = X509_get0_pubkey(issuer.x509.get());
  return key != nullptr && CheckSigningKey(issuer.outline.public_key_info).ok() &&
         CheckCertificateSignature(certificate.outline, *key, {allow_sha1}) ==
             SignatureCheck::kValid;
}

// Whether the issuer is the certificate's and the CRL's.
CrlReason CheckIssuer(const Crl& crl, const Certificate& certificate, const Certificate& issuer,
                      const CrlOptions& options) {
  if (!IsSameName(certificate.outline.issuer, issuer.outline.subject)) return CrlReason::kChain;
  if (crl.issuer_key != issuer.outline.public_key_info ||
      !IsSameName(crl.issuer_name, issuer.outline.subject)) {
    return CrlReason::kWrongIssuer;
  }
  if (!options.chain_is_verified && !IsSignedBy(certificate, issuer, options.allow_sha1)) {
    return CrlReason::kChain;
  }
  return CrlReason::kNone;
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
CrlReason CheckPoint(const CrlScope& scope, const Certificate& certificate, absl::string_view url) {
  if (!scope.has_point) return CrlReason::kNone;
  const absl::StatusOr<std::vector<CrlPoint>> points = ReadCrlPoints(certificate.outline);
  if (!points.ok()) return CrlReason::kDistributionPointUnknown;
  const bool matches =
      points->empty() ? HasUrl(scope.point_names, url)
                      : std::any_of(points->begin(), points->end(), [&](const CrlPoint& point) {
                          return point.is_usable && HasName(point.names, scope.point_names);
                        });
  if (!matches) return CrlReason::kDistributionPoint;
  return CrlReason::kNone;
}

// Section 6.3.3 (b)(2)(ii) to (iv).
CrlReason CheckKind(const CrlScope& scope, bool is_ca) {
  switch (scope.kind) {
    case CrlScope::Kind::kAny:
      return CrlReason::kNone;
    case CrlScope::Kind::kEndEntity:
      if (!is_ca) return CrlReason::kNone;
      break;
    case CrlScope::Kind::kCa:
      if (is_ca) return CrlReason::kNone;
      break;
    case CrlScope::Kind::kAttribute:
      break;
  }
  return CrlReason::kScope;
}

}  // namespace

CrlReason CheckCrlTime(const Crl& crl, absl::Duration max_age, absl::Time now,
                       const CrlOptions& options) {
  if (crl.this_update > now + options.skew) return CrlReason::kNotYet;
  if (!crl.next_update && !options.allow_missing_next_update) return CrlReason::kNoNextUpdate;
  if (crl.next_update && *crl.next_update < crl.this_update) return CrlReason::kTimesContradict;
  if (crl.next_update && *crl.next_update <= now) return CrlReason::kStale;
  if (crl.this_update + max_age <= now) return CrlReason::kTooOld;
  return CrlReason::kNone;
}

CrlVerdict CheckCrl(const Crl& crl, const Certificate& certificate, const Certificate& issuer,
                    absl::string_view url, absl::Time now, const CrlOptions& options) {
  CrlVerdict verdict;
  const auto refuse = [&verdict](CrlReason reason) {
    verdict.reason = reason;
    return verdict;
  };
  if (crl.defect != CrlReason::kNone) return refuse(crl.defect);
  verdict.this_update = crl.this_update;
  verdict.next_update = crl.next_update;
  const bool is_ca = IsCa(*certificate.x509);
  const absl::Duration max_age = options.max_age.value_or(is_ca ? kMaxCrlAgeForCa : kMaxCrlAge);
  // What is cheap comes first.
  CrlReason reason = CheckCrlTime(crl, max_age, now, options);
  if (reason == CrlReason::kNone) reason = CheckKind(crl.scope, is_ca);
  if (reason == CrlReason::kNone) reason = CheckPoint(crl.scope, certificate, url);
  if (reason == CrlReason::kNone) reason = CheckIssuer(crl, certificate, issuer, options);
  if (reason != CrlReason::kNone) return refuse(reason);
  verdict.revocation = crl.serials.Find(certificate.outline.serial);
  verdict.use_until =
      std::min(crl.this_update + max_age, crl.next_update.value_or(absl::InfiniteFuture()));
  if (verdict.revocation) {
    verdict.status = CrlVerdict::Status::kRevoked;
    return verdict;
  }
  const absl::Time expiry = ToTime(*X509_get0_notAfter(certificate.x509.get()));
  verdict.use_until = std::min(verdict.use_until, expiry);
  // Section 3.3: once the certificate has expired its entry may go.
  if (expiry <= now) {
    verdict.use_until = absl::InfinitePast();
    return refuse(CrlReason::kCertificateExpired);
  }
  verdict.status = CrlVerdict::Status::kGood;
  return verdict;
}

const char* NameOf(CrlVerdict::Status status) {
  switch (status) {
    case CrlVerdict::Status::kInvalid:
      break;
    case CrlVerdict::Status::kGood:
      return "GOOD";
    case CrlVerdict::Status::kRevoked:
      return "REVOKED";
  }
  return "INVALID";
}

}  // namespace postern
