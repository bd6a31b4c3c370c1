#include "server/io/http/fetch_checks.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/http/fetch_queue.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/http/http_url.h"

namespace postern {
namespace {

struct OptionCase {
  const char* named;
  std::function<void(HttpFetcherOptions&)> spoil;
};

TEST(CheckFetcherOptions, NamesWhatIsWrong) {
  EXPECT_TRUE(CheckFetcherOptions({}).ok());
  const std::vector<OptionCase> cases = {
      {"max_redirects", [](auto& options) { options.max_redirects = -1; }},
      {"max_redirects", [](auto& options) { options.max_redirects = 6; }},
      {"allowed_ports", [](auto& options) { options.allowed_ports.clear(); }},
      {"proxy", [](auto& options) { options.proxy = "socks5://proxy.test"; }},
      {"proxy", [](auto& options) { options.proxy = "http://user:word@proxy.test"; }},
      {"user_agent", [](auto& options) { options.user_agent = "a\r\nX: y"; }},
      {"user_agent", [](auto& options) { options.user_agent = ""; }},
      {"connect_timeout", [](auto& options) { options.connect_timeout = absl::ZeroDuration(); }},
      {"total_timeout", [](auto& options) { options.total_timeout = absl::InfiniteDuration(); }},
      {"low_speed_bytes", [](auto& options) { options.low_speed_bytes = 0; }},
      {"low_speed_time", [](auto& options) { options.low_speed_time = absl::Milliseconds(1); }},
      {"max_active", [](auto& options) { options.max_active = 0; }},
      {"max_header_bytes", [](auto& options) { options.max_header_bytes = 0; }},
      {"breaker", [](auto& options) { options.breaker.failures = 0; }},
      {"breaker", [](auto& options) { options.breaker.most = absl::Seconds(1); }},
      {"breaker",
       [](auto& options) { options.breaker.jitter = std::numeric_limits<double>::quiet_NaN(); }},
      {"responders", [](auto& options) { options.responders["ocsp.test"]; }},
      {"responders", [](auto& options) { options.responders["OCSP.test:80"]; }},
      {"responders", [](auto& options) { options.responders["ocsp.test:0"]; }},
  };
  for (const OptionCase& one : cases) {
    HttpFetcherOptions options;
    one.spoil(options);
    const absl::Status status = CheckFetcherOptions(options);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << one.named;
    EXPECT_TRUE(absl::StrContains(status.message(), one.named)) << status;
  }
}

struct RequestCase {
  const char* named;
  std::function<void(HttpRequest&)> spoil;
};

TEST(CheckRequest, NamesTheFieldThatCannotBeSent) {
  const std::vector<RequestCase> cases = {
      {"max_bytes", [](auto& request) { request.max_bytes = 0; }},
      {"accept", [](auto& request) { request.accept = {"a/b\r\nX: y"}; }},
      {"accept", [](auto& request) { request.accept.assign(17, "a/b"); }},
      {"if_none_match", [](auto& request) { request.if_none_match = "\"\n\""; }},
      {"if_none_match", [](auto& request) { request.if_none_match = std::string(257, 'x'); }},
      {"if_modified_since", [](auto& request) { request.if_modified_since = "\x7f"; }},
      {"content_type", [](auto& request) { request.content_type = ""; }},
      {"content_type", [](auto& request) { request.content_type = "a/b\r\nX: y"; }},
      {"body", [](auto& request) { request.body = std::string(70000, 'x'); }},
      {"body", [](auto& request) { request.method = HttpMethod::kGet; }},
  };
  HttpRequest good;
  good.method = HttpMethod::kPost;
  good.content_type = "application/ocsp-request";
  good.body = "x";
  FetchResult failure;
  EXPECT_TRUE(CheckRequest(good, {}, &failure)) << failure.detail;
  for (const RequestCase& one : cases) {
    HttpRequest request = good;
    one.spoil(request);
    EXPECT_FALSE(CheckRequest(request, {}, &failure)) << one.named;
    EXPECT_EQ(failure.failure, FetchFailure::kBadRequest);
    EXPECT_TRUE(absl::StartsWith(failure.detail, one.named)) << failure.detail;
  }
}

struct RedirectCase {
  const char* label;
  HttpMethod method;
  bool https;
  int status;
  const char* to;
  FetchFailure failure;
};

TEST(CheckRedirect, LetsGoWhereTheFirstUrlCouldHaveLedO26) {
  constexpr FetchFailure kNone = FetchFailure::kNone;
  constexpr FetchFailure kRefused = FetchFailure::kRedirectRefused;
  HttpFetcherOptions options;
  options.responders["off.test:80"].disabled = true;
  for (const RedirectCase& one : {
           RedirectCase{"get", HttpMethod::kGet, false, 302, "http://b.test/", kNone},
           RedirectCase{"up to https", HttpMethod::kGet, false, 301, "https://b.test/", kNone},
           RedirectCase{"down to http", HttpMethod::kGet, true, 301, "http://b.test/", kRefused},
           RedirectCase{"post 307", HttpMethod::kPost, false, 307, "http://b.test/", kNone},
           RedirectCase{"post 308", HttpMethod::kPost, false, 308, "http://b.test/", kNone},
           RedirectCase{"post 301", HttpMethod::kPost, false, 301, "http://b.test/", kRefused},
           RedirectCase{"post 303", HttpMethod::kPost, false, 303, "http://b.test/", kRefused},
           RedirectCase{"port", HttpMethod::kGet, false, 302, "http://b.test:25/", kRefused},
           RedirectCase{"scheme", HttpMethod::kGet, false, 302, "ldap://b.test/", kRefused},
           RedirectCase{"disabled", HttpMethod::kGet, false, 302, "http://off.test/", kRefused},
           RedirectCase{"address", HttpMethod::kGet, false, 302, "http://10.0.0.1/",
                        FetchFailure::kBlockedAddress},
       }) {
    FetchJob job;
    job.request.method = one.method;
    job.url = {"http://a.test/", "a.test:80", one.https};
    job.redirects_left = 1;
    HttpUrl to;
    FetchResult failure;
    EXPECT_EQ(CheckRedirect(job, one.status, one.to, options, &to, &failure), one.failure == kNone)
        << one.label;
    EXPECT_EQ(failure.failure, one.failure) << one.label << ": " << failure.detail;
    job.redirects_left = 0;
    EXPECT_FALSE(CheckRedirect(job, one.status, one.to, options, &to, &failure)) << one.label;
  }
}

}  // namespace
}  // namespace postern
