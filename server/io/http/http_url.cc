#include "server/io/http/http_url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/net/address_class.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

constexpr size_t kLongestInMessage = 200;
constexpr size_t kLongestHost = 253;

struct CurlUrlFree {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using CurlUrlPtr = std::unique_ptr<CURLU, CurlUrlFree>;

// Part returns a part of the URL, or "" if it has none.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool Has(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const CURLUcode code = curl_url_get(url, part, &text, 0);
  curl_free(text);
  return code == CURLUE_OK;
}

bool IsVisible(char c) { return c > ' ' && c < 0x7f; }

// EndsInNumber: some take such a host for an IPv4 address, in whatever form (WHATWG URL,
// section 3.5). libcurl has put those that it knows into the usual form.
bool EndsInNumber(absl::string_view host) {
  host = absl::StripSuffix(host, ".");
  absl::string_view label = host.substr(host.rfind('.') + 1);
  const bool is_hex = absl::ConsumePrefix(&label, "0x");
  return std::all_of(label.begin(), label.end(), [is_hex](unsigned char c) {
    return is_hex ? absl::ascii_isxdigit(c) : absl::ascii_isdigit(c);
  });
}

// Wrong returns what is wrong with a URL, or "".
std::string Wrong(CURLU* url, const HttpFetcherOptions& options, HttpUrl* checked) {
  const std::string scheme = Part(url, CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return "the scheme is not http or https";
  if (Has(url, CURLUPART_USER) || Has(url, CURLUPART_PASSWORD)) return "it has credentials";
  if (Has(url, CURLUPART_ZONEID)) return "the address has a zone";
  const std::string port_text = Part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  uint32_t port = 0;
  if (!absl::SimpleAtoi(port_text, &port) ||
      std::find(options.allowed_ports.begin(), options.allowed_ports.end(), port) ==
          options.allowed_ports.end()) {
    return absl::StrCat("port ", port_text, " is not among the allowed ports");
  }
  const std::string host = absl::AsciiStrToLower(Part(url, CURLUPART_HOST));
  if (host.empty() || host.size() > kLongestHost) return "the host is empty or too long";
  // It has been percent-decoded.
  if (!std::all_of(host.begin(), host.end(), IsVisible)) return "the host is not ASCII";
  if (EndsInNumber(host) && !ParseIpAddress(host)) return "the host is a number, but no address";
  checked->https = scheme == "https";
  checked->responder = absl::StrCat(host, ":", port);
  curl_url_set(url, CURLUPART_FRAGMENT, nullptr, 0);
  checked->text = Part(url, CURLUPART_URL);
  return checked->text.empty() ? "it cannot be written" : "";
}

std::optional<IpAddress> AddressIn(CURLU* url) {
  const std::string host = Part(url, CURLUPART_HOST);
  return ParseIpAddress(absl::StripPrefix(absl::StripSuffix(host, "]"), "["));
}

}  // namespace

std::string PrintableUrl(absl::string_view text) {
  std::string printable(text.substr(0, kLongestInMessage));
  for (char& c : printable) {
    if (!IsVisible(c)) c = '?';
  }
  if (text.size() > kLongestInMessage) printable += "...";
  return printable;
}

bool CheckHttpUrl(absl::string_view text, const HttpFetcherOptions& options, HttpUrl* url,
                  FetchResult* failure) {
  const auto refuse = [&](FetchFailure why, absl::string_view wrong) {
    *failure = FailedFetch(why, absl::StrCat("URL ", PrintableUrl(text), ": ", wrong));
    return false;
  };
  if (text.size() > options.max_url_bytes) {
    return refuse(FetchFailure::kBadUrl,
                  absl::StrCat("longer than ", options.max_url_bytes, " octets"));
  }
  if (!std::all_of(text.begin(), text.end(), IsVisible)) {
    return refuse(FetchFailure::kBadUrl, "has spaces, or what is not ASCII");
  }
  const CurlUrlPtr parsed(curl_url());
  if (parsed == nullptr) return refuse(FetchFailure::kOverload, "no memory");
  const CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, std::string(text).c_str(), 0);
  if (code != CURLUE_OK) return refuse(FetchFailure::kBadUrl, curl_url_strerror(code));
  const std::string wrong = Wrong(parsed.get(), options, url);
  if (!wrong.empty()) return refuse(FetchFailure::kBadUrl, wrong);
  const std::optional<IpAddress> address = AddressIn(parsed.get());
  if (address && !MayConnect(*address, options.allowed_addresses)) {
    return refuse(FetchFailure::kBlockedAddress,
                  absl::StrCat("address ", address->ToString(), " (",
                               AddressClassName(ClassifyAddress(*address)), ") is not allowed"));
  }
  return true;
}

}  // namespace postern
