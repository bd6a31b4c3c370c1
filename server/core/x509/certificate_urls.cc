#include "server/core/x509/certificate_urls.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/core/x509/der.h"
#include "server/core/x509/distribution_point_name.h"
#include "server/core/x509/extension.h"

namespace postern {
namespace {

// Contents of object identifiers.
constexpr absl::string_view kCrlDistributionPoints("\x55\x1d\x1f", 3);
constexpr absl::string_view kAuthorityInfoAccess("\x2b\x06\x01\x05\x05\x07\x01\x01", 8);
constexpr absl::string_view kOcsp("\x2b\x06\x01\x05\x05\x07\x30\x01", 8);
constexpr absl::string_view kCaIssuers("\x2b\x06\x01\x05\x05\x07\x30\x02", 8);

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, " that are not DER"));
}

// Whether a URL is one to go to: what is left out here nobody has to be wary of.
bool IsHttp(absl::string_view url) {
  if (url.size() > kMaxUrlBytes) return false;
  for (const absl::string_view scheme : {"http://", "https://"}) {
    if (absl::StartsWithIgnoreCase(url, scheme)) {
      return url.size() > scheme.size() && url[scheme.size()] != '/' &&
             std::all_of(url.begin(), url.end(),
                         [](unsigned char c) { return absl::ascii_isgraph(c); });
    }
  }
  return false;
}

void AddUrl(const DerElement& name, std::vector<std::string>& urls) {
  if (name.tag != kGeneralNameUri || urls.size() == kMaxCertificateUrls || !IsHttp(name.contents)) {
    return;
  }
  if (std::find(urls.begin(), urls.end(), name.contents) == urls.end()) {
    urls.emplace_back(name.contents);
  }
}

// Finds the value of an extension; one without data where there is none.
bool FindValue(const CertificateOutline& outline, absl::string_view id, absl::string_view& value) {
  Extensions extensions;
  if (!ReadExplicitExtensions(outline.extensions, kMaxExtensions, extensions)) return false;
  value = {};
  for (const Extension& extension : extensions) {
    if (extension.id == id) value = extension.value;
  }
  return true;
}

// DistributionPoint ::= SEQUENCE { distributionPoint [0] DistributionPointName OPTIONAL,
//                                  reasons [1] ReasonFlags OPTIONAL,
//                                  cRLIssuer [2] GeneralNames OPTIONAL }
bool ReadPoint(absl::string_view contents, CrlPoint& point) {
  DerReader fields(contents);
  DerElement element;
  if (fields.NextIs(DerContext(0, true)) &&
      (!fields.Read(element) || !ReadPointName(element.contents, point.names))) {
    return false;
  }
  for (const uint8_t tag : {DerContext(1, false), DerContext(2, true)}) {
    if (!fields.NextIs(tag)) continue;
    if (!fields.Read(element)) return false;
    point.is_usable = false;
  }
  if (!fields.AtEnd()) return false;
  DerReader names(point.names);
  while (!names.AtEnd() && names.Read(element)) AddUrl(element, point.urls);
  return true;
}

}  // namespace

absl::StatusOr<std::vector<CrlPoint>> ReadCrlPoints(const CertificateOutline& outline) {
  absl::string_view value;
  if (!FindValue(outline, kCrlDistributionPoints, value)) return Malformed("extensions");
  std::vector<CrlPoint> points;
  if (value.data() == nullptr) return points;
  DerReader reader(value);
  DerElement list;
  if (!reader.Read(kDerSequence, list) || !reader.AtEnd()) {
    return Malformed("CRL distribution points");
  }
  DerReader items(list.contents);
  DerElement item;
  while (!items.AtEnd()) {
    if (points.size() == kMaxCrlPoints) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxCrlPoints, " CRL distribution points"));
    }
    points.emplace_back();
    if (!items.Read(kDerSequence, item) || !ReadPoint(item.contents, points.back())) {
      return Malformed("CRL distribution points");
    }
  }
  return points;
}

// AuthorityInfoAccessSyntax ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
//   accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
absl::StatusOr<AuthorityAccess> ReadAuthorityAccess(const CertificateOutline& outline) {
  constexpr absl::string_view kWhat = "authority information access descriptions";
  absl::string_view value;
  if (!FindValue(outline, kAuthorityInfoAccess, value)) return Malformed("extensions");
  AuthorityAccess access;
  if (value.data() == nullptr) return access;
  DerReader reader(value);
  DerElement list;
  if (!reader.Read(kDerSequence, list) || !reader.AtEnd()) return Malformed(kWhat);
  DerReader items(list.contents);
  DerElement item;
  DerElement method;
  DerElement location;
  while (!items.AtEnd()) {
    if (!items.Read(kDerSequence, item)) return Malformed(kWhat);
    DerReader fields(item.contents);
    if (!fields.Read(kDerObjectId, method) || !fields.Read(location) || !fields.AtEnd()) {
      return Malformed(kWhat);
    }
    if (method.contents == kOcsp) AddUrl(location, access.ocsp);
    if (method.contents == kCaIssuers) AddUrl(location, access.ca_issuers);
  }
  return access;
}

}  // namespace postern
