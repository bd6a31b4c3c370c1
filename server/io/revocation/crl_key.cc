#include "server/io/revocation/crl_key.h"

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

}  // namespace postern
