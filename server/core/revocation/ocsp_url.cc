#include "server/core/revocation/ocsp_url.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace postern {

OcspHttpRequest MakeOcspHttpRequest(absl::string_view responder_url, absl::string_view der) {
  responder_url = responder_url.substr(0, responder_url.find('#'));
  OcspHttpRequest request;
  // Base64 makes four octets of three: what is longer even so need not be encoded.
  if (responder_url.find('?') == absl::string_view::npos &&
      responder_url.size() + der.size() / 3 * 4 <= kLongestOcspGetUrl) {
    request.url = absl::StrCat(
        absl::StripSuffix(responder_url, "/"), "/",
        absl::StrReplaceAll(absl::Base64Escape(der), {{"+", "%2B"}, {"/", "%2F"}, {"=", "%3D"}}));
    if (request.url.size() <= kLongestOcspGetUrl) return request;
  }
  request.get = false;
  request.url = std::string(responder_url);
  request.body = std::string(der);
  return request;
}

}  // namespace postern
