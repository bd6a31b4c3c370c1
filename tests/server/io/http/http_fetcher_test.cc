// What every HttpFetcher holds to: one suite over the fake and the daemon's.
#include "server/io/http/http_fetcher.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "tests/support/fake_http_fetcher.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

constexpr const char* kType = "application/pkix-crl";
constexpr const char* kEtag = "\"one\"";
const SystemClock kClock;

HttpReply CrlReply() {
  HttpReply reply;
  reply.status = 200;
  reply.content_type = kType;
  reply.etag = kEtag;
  reply.last_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
  reply.max_age = absl::Seconds(60);
  reply.body = "crl";
  return reply;
}

// World is a fetcher, and what it can reach: a CRL at /crl, an endless wait at /wait, and
// otherwise 404.
class World {
 public:
  virtual ~World() = default;
  virtual HttpFetcher& fetcher() = 0;
  virtual void StopFetcher() = 0;
  virtual std::string Url(const std::string& path) const = 0;
};

class FakeWorld : public World {
 public:
  FakeWorld() {
    FetchResult result;
    result.reply = CrlReply();
    fetcher_->Serve(Url("/crl"), result);
  }
  HttpFetcher& fetcher() override { return *fetcher_; }
  void StopFetcher() override { fetcher_.reset(); }
  std::string Url(const std::string& path) const override {
    if (path == "/wait") fetcher_->Hold();
    return "http://ca.test" + path;
  }

 private:
  std::unique_ptr<FakeHttpFetcher> fetcher_ = std::make_unique<FakeHttpFetcher>();
};

class CurlWorld : public World {
 public:
  CurlWorld() : server_(&CurlWorld::Answer) {
    HttpFetcherOptions options;
    options.allowed_addresses = {*ParseIpPrefix("127.0.0.1")};
    options.allowed_ports = {server_.port()};
    fetcher_ = *CurlFetcher::Create(options, &kClock);
  }
  HttpFetcher& fetcher() override { return *fetcher_; }
  void StopFetcher() override { fetcher_.reset(); }
  std::string Url(const std::string& path) const override { return server_.Url(path); }

 private:
  static ScriptedHttpServer::Reply Answer(const ScriptedHttpServer::Request& request) {
    if (request.target == "/wait") return {};
    if (request.target != "/crl") return HttpResponse(404, {}, "");
    const HttpReply reply = CrlReply();
    if (request.Header("if-none-match") == reply.etag) {
      return HttpResponse(304, {{"ETag", reply.etag}}, "");
    }
    return HttpResponse(200,
                        {{"Content-Type", reply.content_type},
                         {"ETag", reply.etag},
                         {"Last-Modified", reply.last_modified},
                         {"Cache-Control", "max-age=60"}},
                        reply.body);
  }

  ScriptedHttpServer server_;
  std::unique_ptr<CurlFetcher> fetcher_;
};

template <typename AnyWorld>
class HttpFetcherTest : public testing::Test {
 protected:
  FetchResult Get(const HttpRequest& request) { return FetchNow(world_.fetcher(), request); }
  HttpRequest Crl() const {
    HttpRequest request = GetOf(world_.Url("/crl"));
    request.accept = {kType};
    return request;
  }
  AnyWorld world_;
};

TEST(FailedFetch, CanBePrintedWhateverAStrangerPutIn) {
  EXPECT_EQ(FailedFetch(FetchFailure::kTls, "a b\r\n\x1b[0m\xff").detail, "a b???[0m?");
  EXPECT_EQ(FailedFetch(FetchFailure::kTls, std::string(1000, 'x')).detail.size(), 500U);
}

using Worlds = testing::Types<FakeWorld, CurlWorld>;
TYPED_TEST_SUITE(HttpFetcherTest, Worlds);

TYPED_TEST(HttpFetcherTest, GivesTheReplyAsItCame) {
  const FetchResult result = this->Get(this->Crl());
  ASSERT_TRUE(result.ok()) << result.detail;
  EXPECT_EQ(result.reply.status, 200);
  EXPECT_EQ(result.reply.content_type, kType);
  EXPECT_EQ(result.reply.etag, kEtag);
  EXPECT_EQ(result.reply.last_modified, CrlReply().last_modified);
  EXPECT_EQ(result.reply.max_age, absl::Seconds(60));
  EXPECT_EQ(result.reply.body, "crl");
}

TYPED_TEST(HttpFetcherTest, AnyStatusIsAReply) {
  const FetchResult result = this->Get(GetOf(this->world_.Url("/nothing")));
  ASSERT_TRUE(result.ok()) << result.detail;
  EXPECT_EQ(result.reply.status, 404);
}

TYPED_TEST(HttpFetcherTest, WhatIsUnchangedIsNotSentAgain) {
  HttpRequest request = this->Crl();
  request.if_none_match = kEtag;
  const FetchResult result = this->Get(request);
  EXPECT_EQ(result.reply.status, 304) << result.detail;
  EXPECT_EQ(result.reply.body, "");
}

TYPED_TEST(HttpFetcherTest, RefusesWhatMayNotBeAskedO26) {
  for (const char* url : {"", "ldap://ca.test/", "file:///etc/passwd", "http://a:b@ca.test/",
                          "http://ca.test:22/", "http://", "http://ca.test/\r\nX: y"}) {
    EXPECT_EQ(this->Get(GetOf(url)).failure, FetchFailure::kBadUrl) << url;
  }
}

TYPED_TEST(HttpFetcherTest, RefusesHeadersThatWouldBreakOut) {
  HttpRequest request = this->Crl();
  request.if_none_match = "\"a\"\r\nX: y";
  EXPECT_EQ(this->Get(request).failure, FetchFailure::kBadRequest);
}

TYPED_TEST(HttpFetcherTest, HoldsTheBoundOfTheBody) {
  HttpRequest request = this->Crl();
  request.max_bytes = 3;
  EXPECT_TRUE(this->Get(request).ok());
  request.max_bytes = 2;
  EXPECT_EQ(this->Get(request).failure, FetchFailure::kTooLarge);
}

TYPED_TEST(HttpFetcherTest, RefusesOtherTypes) {
  HttpRequest request = this->Crl();
  request.accept = {"application/ocsp-response"};
  EXPECT_EQ(this->Get(request).failure, FetchFailure::kWrongType);
}

TYPED_TEST(HttpFetcherTest, CancelAnswersOnceAndOnlyWhatWaits) {
  PendingFetch pending = FetchLater(this->world_.fetcher(), GetOf(this->world_.Url("/wait")));
  EXPECT_NE(pending.id, 0U);
  this->world_.fetcher().Cancel(pending.id);
  EXPECT_EQ(pending.result.get().failure, FetchFailure::kCancelled);
  this->world_.fetcher().Cancel(pending.id);
  this->world_.fetcher().Cancel(pending.id + 1);
  EXPECT_EQ(this->world_.fetcher().Stats().in_flight, 0U);
}

TYPED_TEST(HttpFetcherTest, DestructionAnswersEverythingAlsoWhatIsAskedThen) {
  HttpFetcher& fetcher = this->world_.fetcher();
  const HttpRequest request = GetOf(this->world_.Url("/wait"));
  std::vector<FetchFailure> failures;
  fetcher.Fetch(request, [&](const FetchResult& result) {
    failures.push_back(result.failure);
    fetcher.Fetch(request, [&](const FetchResult& then) { failures.push_back(then.failure); });
  });
  this->world_.StopFetcher();
  EXPECT_EQ(failures, std::vector<FetchFailure>(2, FetchFailure::kStopping));
}

TYPED_TEST(HttpFetcherTest, CountsRequestsAndFailures) {
  this->Get(this->Crl());
  this->Get(GetOf("ldap://ca.test/"));
  EXPECT_EQ(this->world_.fetcher().Stats().requests, 2U);
  EXPECT_EQ(this->world_.fetcher().Stats().failures, 1U);
}

}  // namespace
}  // namespace postern
