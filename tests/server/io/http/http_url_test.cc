#include "server/io/http/http_url.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

struct GoodCase {
  const char* text;
  const char* asked;
  const char* responder;
};

TEST(CheckHttpUrl, WritesItInOneForm) {
  for (const GoodCase& one : {
           GoodCase{"http://ocsp.test", "http://ocsp.test/", "ocsp.test:80"},
           GoodCase{"HTTP://OCSP.test/A", "http://OCSP.test/A", "ocsp.test:80"},
           GoodCase{"https://ocsp.test/a?b=c#d", "https://ocsp.test/a?b=c", "ocsp.test:443"},
           GoodCase{"http://ocsp.test:443/%2B", "http://ocsp.test:443/%2B", "ocsp.test:443"},
           GoodCase{"http://0x08080808/", "http://8.8.8.8/", "8.8.8.8:80"},
           GoodCase{"http://[2a00::1]/", "http://[2a00::1]/", "[2a00::1]:80"},
       }) {
    HttpUrl url;
    FetchResult failure;
    EXPECT_TRUE(CheckHttpUrl(one.text, {}, &url, &failure)) << failure.detail;
    EXPECT_EQ(url.text, one.asked);
    EXPECT_EQ(url.responder, one.responder);
    EXPECT_EQ(url.https, absl::StartsWith(one.asked, "https"));
  }
}

struct BadCase {
  std::string text;
  FetchFailure failure;
};

TEST(CheckHttpUrl, RefusesWhatMayNotBeAskedO26) {
  for (const BadCase& one : {
           BadCase{"", FetchFailure::kBadUrl},
           BadCase{"ocsp.test", FetchFailure::kBadUrl},
           BadCase{"ftp://ocsp.test/", FetchFailure::kBadUrl},
           BadCase{"file:///etc/passwd", FetchFailure::kBadUrl},
           BadCase{"http://user@ocsp.test/", FetchFailure::kBadUrl},
           BadCase{"http://:pw@ocsp.test/", FetchFailure::kBadUrl},
           BadCase{"http://ocsp.test:8080/", FetchFailure::kBadUrl},
           BadCase{"http://ocsp.test:0/", FetchFailure::kBadUrl},
           BadCase{"http://ocsp.test:99999/", FetchFailure::kBadUrl},
           BadCase{"http:///", FetchFailure::kBadUrl},
           BadCase{"http://ocsp.test/ x", FetchFailure::kBadUrl},
           BadCase{"http://ocsp.test/\r\nX:", FetchFailure::kBadUrl},
           BadCase{std::string("http://a.test/\0x", 16), FetchFailure::kBadUrl},
           BadCase{"http://\xc3\xb6.test/", FetchFailure::kBadUrl},
           BadCase{"http://a%ffb.test/", FetchFailure::kBadUrl},
           BadCase{"http://a%20b.test/", FetchFailure::kBadUrl},
           BadCase{"http://[fe80::1%25eth0]/", FetchFailure::kBadUrl},
           BadCase{"http://%31%32%37.0.0.1/", FetchFailure::kBlockedAddress},
           BadCase{absl::StrCat("http://ocsp.test/", std::string(2048, 'x')),
                   FetchFailure::kBadUrl},
           BadCase{absl::StrCat("http://", std::string(254, 'x'), "/"), FetchFailure::kBadUrl},
           BadCase{"http://127.0.0.1/", FetchFailure::kBlockedAddress},
           BadCase{"http://127.1/", FetchFailure::kBlockedAddress},
           BadCase{"http://0177.0.0.1/", FetchFailure::kBlockedAddress},
           BadCase{"http://2130706433/", FetchFailure::kBlockedAddress},
           BadCase{"http://[::1]/", FetchFailure::kBlockedAddress},
           BadCase{"http://[::ffff:8.8.8.8]/", FetchFailure::kBlockedAddress},
           BadCase{"http://169.254.169.254/", FetchFailure::kBlockedAddress},
       }) {
    HttpUrl url;
    FetchResult failure;
    EXPECT_FALSE(CheckHttpUrl(one.text, {}, &url, &failure)) << one.text;
    EXPECT_EQ(failure.failure, one.failure) << one.text << ": " << failure.detail;
    EXPECT_LT(failure.detail.size(), 400U);
    EXPECT_FALSE(absl::StrContains(failure.detail, "\r"));
  }
}

TEST(CheckHttpUrl, LetsNoNumberThroughThatOthersWouldTakeForAnAddressO26) {
  for (const char* text : {"http://127.0.0.1./", "http://%30x7f.1/", "http://1.2.3.4.127.0.0.1/",
                           "http://0x7f000001./", "http://a.0x7f/", "http://127.0.0.1%2e/",
                           "http://4294967296/", "http://256.256.256.256/", "http://./"}) {
    HttpUrl url;
    FetchResult failure;
    EXPECT_FALSE(CheckHttpUrl(text, {}, &url, &failure)) << text << " as " << url.text;
  }
}

TEST(CheckHttpUrl, AllowsWhatTheOptionsAllow) {
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("10.1.0.0/16")};
  options.allowed_ports = {8080};
  HttpUrl url;
  FetchResult failure;
  EXPECT_TRUE(CheckHttpUrl("http://10.1.2.3:8080/", options, &url, &failure)) << failure.detail;
  EXPECT_FALSE(CheckHttpUrl("http://10.2.2.3:8080/", options, &url, &failure));
  EXPECT_FALSE(CheckHttpUrl("http://10.1.2.3/", options, &url, &failure));
}

}  // namespace
}  // namespace postern
