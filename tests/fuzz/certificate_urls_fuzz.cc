// ReadCrlPoints and ReadAuthorityAccess with any bytes for the value of their
// extension: what they give is bounded and clean.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/der.h"
#include "server/core/x509/outline.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

void CheckUrls(const std::vector<std::string>& urls) {
  Require(urls.size() <= kMaxCertificateUrls);
  for (const std::string& url : urls) {
    Require(url.size() <= kMaxUrlBytes);
    Require(absl::StartsWithIgnoreCase(url, "http://") ||
            absl::StartsWithIgnoreCase(url, "https://"));
    for (const char c : url) Require(absl::ascii_isgraph(static_cast<unsigned char>(c)));
  }
}

void Check(absl::string_view value) {
  CertificateOutline outline;
  const std::string points = Der(kDerSequence, DerExtension("crlDistributionPoints", false, value));
  outline.extensions = points;
  const absl::StatusOr<std::vector<CrlPoint>> read = ReadCrlPoints(outline);
  if (read.ok()) {
    Require(read->size() <= kMaxCrlPoints);
    for (const CrlPoint& point : *read) CheckUrls(point.urls);
  }
  const std::string access = Der(kDerSequence, DerExtension("authorityInfoAccess", false, value));
  outline.extensions = access;
  const absl::StatusOr<AuthorityAccess> urls = ReadAuthorityAccess(outline);
  if (urls.ok()) {
    CheckUrls(urls->ocsp);
    CheckUrls(urls->ca_issuers);
  }
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
