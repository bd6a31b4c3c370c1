#include "server/io/crl_key.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "server/core/x509/certificate_urls.h"

namespace postern {

bool IsCrlUrl(absl::string_view url) {
  return url.size() <= kMaxUrlBytes &&
         (absl::StartsWithIgnoreCase(url, "http://") ||
          absl::StartsWithIgnoreCase(url, "https://")) &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool MaySignCrls(const Certificate& issuer) {
  return (X509_get_key_usage(issuer.x509.get()) & KU_CRL_SIGN) != 0;
}

}  // namespace postern
