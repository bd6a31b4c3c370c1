// How an OCSP request travels over HTTP (RFC 9919, section 5, as RFC 5019 before it;
// RFC 6960, appendix A.1): by GET if the URL stays short enough for caches, else by POST.
#ifndef POSTERN_SERVER_CORE_REVOCATION_OCSP_URL_H_
#define POSTERN_SERVER_CORE_REVOCATION_OCSP_URL_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace postern {

// The longest URL of a GET, in octets, scheme and all.
constexpr size_t kLongestOcspGetUrl = 255;

// OcspHttpRequest is what to ask.
struct OcspHttpRequest {
  bool get = true;
  std::string url;
  std::string body;  // of a POST: the DER; its type is application/ocsp-request
};

// MakeOcspHttpRequest puts the request's DER behind the responder's URL, as base64 with
// '+', '/' and '=' percent-encoded, or into a body.
//
// The responder's URL is taken as it stands, without its fragment; exactly one '/' comes
// between. It has to have been checked by whoever fetches. A URL with a query has no
// place for another path segment: it is asked by POST.
OcspHttpRequest MakeOcspHttpRequest(absl::string_view responder_url, absl::string_view der);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_OCSP_URL_H_
