// A CRL cache with a clock, a fetcher and a log that a test can look into.
#ifndef POSTERN_TESTS_SUPPORT_CRL_CACHE_FIXTURE_H_
#define POSTERN_TESTS_SUPPORT_CRL_CACHE_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/crl.h"
#include "server/core/x509/certificate.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/revocation/crl_cache.h"
#include "server/io/revocation/crl_cache_options.h"
#include "tests/support/certificate_builder.h"
#include "tests/support/crl_builder.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"

namespace postern {

inline const TestCertificate& CrlRoot() {
  static const auto* const root = new TestCertificate(Build(CaSpec("root", EcKey(1))));
  return *root;
}

inline const Certificate& CrlIssuer() {
  static const auto* const issuer = new Certificate(ParseIssuer(CrlRoot().der).value());
  return *issuer;
}

class CrlCacheFixture : public testing::Test {
 protected:
  static constexpr const char* kUrl = "http://crl.test/a.crl";

  CrlCacheFixture() {
    options.seed = 1;
    crl.this_update = clock.Now() - absl::Hours(1);
    crl.next_update = clock.Now() + absl::Hours(24 * 7);
  }

  void Start() {
    cache.reset();
    events.clear();
    cache = std::make_unique<CrlCache>(
        options, &fetcher, &clock, [this] { ++wakes; },
        [this](const CrlEvent& event) { events.push_back(event); });
  }

  // ReplyOf is an answer that has a CRL in it.
  static FetchResult ReplyOf(const std::string& body, const std::string& etag = "") {
    FetchResult result;
    result.reply.status = 200;
    result.reply.content_type = "application/pkix-crl";
    result.reply.etag = etag;
    result.reply.body = body;
    return result;
  }
  static FetchResult StatusOnly(int status) {
    FetchResult result;
    result.reply.status = status;
    return result;
  }
  void Serve(const std::string& url, const std::string& etag = "") {
    fetcher.Serve(url, ReplyOf(BuildCrl(crl, CrlRoot()), etag));
  }
  static std::string UrlOf(int number) { return absl::StrCat("http://crl.test/", number, ".crl"); }

  std::shared_ptr<const Crl> Find(const std::string& url = kUrl) {
    return cache->Find(url, CrlIssuer());
  }
  // Load has a CRL wanted and fetched.
  std::shared_ptr<const Crl> Load(const std::string& url = kUrl) {
    Find(url);
    cache->Tick();
    return Find(url);
  }
  void Pass(absl::Duration duration) {
    clock.Advance(duration);
    cache->Tick();
  }
  size_t AskedCount() const { return fetcher.Asked().size(); }
  size_t Count(CrlEvent::Kind kind) const {
    size_t count = 0;
    for (const CrlEvent& event : events) count += event.kind == kind ? 1 : 0;
    return count;
  }

  FakeClock clock;
  FakeHttpFetcher fetcher;
  CrlCacheOptions options;
  CrlSpec crl;
  std::vector<CrlEvent> events;
  int wakes = 0;
  std::unique_ptr<CrlCache> cache;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_CRL_CACHE_FIXTURE_H_
