#include "server/io/http/fetch_checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace postern {
namespace {

constexpr int kMostRedirects = 5;
constexpr size_t kLongestHeaderValue = 256;
constexpr size_t kMostAcceptTypes = 16;

absl::Status Wrong(absl::string_view option, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("fetcher option ", option, ": ", rule));
}

bool IsHeaderValue(absl::string_view value) {
  return value.size() <= kLongestHeaderValue &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return c >= ' ' && c < 0x7f; });
}

// IsResponder: "host:port", as HttpUrl::responder. Another form would never be met.
bool IsResponder(absl::string_view name) {
  const size_t colon = name.rfind(':');
  uint32_t port = 0;
  return colon != absl::string_view::npos && colon > 0 && name == absl::AsciiStrToLower(name) &&
         absl::SimpleAtoi(name.substr(colon + 1), &port) && port >= 1 && port <= 65535;
}

bool IsTimeout(absl::Duration duration) {
  return duration >= absl::Milliseconds(1) && duration <= absl::Hours(1);
}

}  // namespace

absl::Status CheckFetcherOptions(const HttpFetcherOptions& options) {
  if (options.max_redirects < 0 || options.max_redirects > kMostRedirects) {
    return Wrong("max_redirects", absl::StrCat("0 to ", kMostRedirects));
  }
  if (options.allowed_ports.empty()) return Wrong("allowed_ports", "at least one");
  if (!options.proxy.empty() &&
      (!absl::StartsWith(options.proxy, "http://") || absl::StrContains(options.proxy, "@"))) {
    return Wrong("proxy", "an http:// URL without credentials");
  }
  if (options.user_agent.empty() || !IsHeaderValue(options.user_agent)) {
    return Wrong("user_agent", "1 to 256 printable characters");
  }
  if (!IsTimeout(options.connect_timeout)) return Wrong("connect_timeout", "1 ms to 1 h");
  if (!IsTimeout(options.total_timeout)) return Wrong("total_timeout", "1 ms to 1 h");
  if (options.low_speed_bytes < 1) return Wrong("low_speed_bytes", "at least 1");
  if (options.low_speed_time < absl::Seconds(1) || options.low_speed_time > absl::Hours(1)) {
    return Wrong("low_speed_time", "1 s to 1 h");
  }
  const std::pair<const char*, size_t> bounds[] = {
      {"max_url_bytes", options.max_url_bytes},
      {"max_header_bytes", options.max_header_bytes},
      {"max_request_bytes", options.max_request_bytes},
      {"max_active", options.max_active},
      {"max_active_per_responder", options.max_active_per_responder},
      {"max_waiting", options.max_waiting},
      {"max_waiting_per_responder", options.max_waiting_per_responder},
      {"max_responders", options.max_responders},
      {"max_idle_connections", options.max_idle_connections},
  };
  for (const auto& bound : bounds) {
    if (bound.second == 0) return Wrong(bound.first, "at least 1");
  }
  if (options.breaker.failures < 1 || options.breaker.first <= absl::ZeroDuration() ||
      options.breaker.most < options.breaker.first || !(options.breaker.jitter >= 0) ||
      options.breaker.jitter > 1) {
    return Wrong("breaker", "failures at least 1, 0 < first <= most, jitter 0 to 1");
  }
  for (const auto& responder : options.responders) {
    if (IsResponder(responder.first)) continue;
    return Wrong("responders", absl::StrCat("\"", PrintableUrl(responder.first),
                                            "\" is not host:port in lower case"));
  }
  return absl::OkStatus();
}

bool CheckRequest(const HttpRequest& request, const HttpFetcherOptions& options,
                  FetchResult* failure) {
  const auto refuse = [failure](absl::string_view field, absl::string_view rule) {
    *failure = FailedFetch(FetchFailure::kBadRequest, absl::StrCat(field, ": ", rule));
    return false;
  };
  if (request.max_bytes == 0) return refuse("max_bytes", "at least 1");
  if (request.accept.size() > kMostAcceptTypes ||
      !std::all_of(request.accept.begin(), request.accept.end(), IsHeaderValue)) {
    return refuse("accept", "at most 16 media types");
  }
  if (!IsHeaderValue(request.if_none_match)) return refuse("if_none_match", "is no ETag");
  if (!IsHeaderValue(request.if_modified_since)) return refuse("if_modified_since", "is no date");
  if (request.method == HttpMethod::kGet) {
    return request.body.empty() || refuse("body", "a GET has none");
  }
  if (request.content_type.empty() || !IsHeaderValue(request.content_type)) {
    return refuse("content_type", "a POST names the type of its body");
  }
  if (request.body.size() > options.max_request_bytes) {
    return refuse("body", absl::StrCat("longer than ", options.max_request_bytes, " octets"));
  }
  return true;
}

bool CheckRedirect(const FetchJob& job, int status, const std::string& redirect,
                   const HttpFetcherOptions& options, HttpUrl* to, FetchResult* failure) {
  const auto refuse = [&](absl::string_view why) {
    *failure = FailedFetch(FetchFailure::kRedirectRefused,
                           absl::StrCat(PrintableUrl(job.url.text), ": redirect to ",
                                        PrintableUrl(redirect), ": ", why));
    return false;
  };
  if (job.redirects_left <= 0) {
    return refuse(absl::StrCat("more than ", options.max_redirects, " are not followed"));
  }
  if (job.request.method == HttpMethod::kPost && status != 307 && status != 308) {
    return refuse(absl::StrCat("status ", status, " would make a GET of the POST"));
  }
  if (!CheckHttpUrl(redirect, options, to, failure)) {
    return failure->failure == FetchFailure::kBadUrl ? refuse(failure->detail) : false;
  }
  if (job.url.https && !to->https) return refuse("it leaves https");
  const auto said = options.responders.find(to->responder);
  if (said != options.responders.end() && said->second.disabled) {
    return refuse("that responder is disabled");
  }
  return true;
}

}  // namespace postern
