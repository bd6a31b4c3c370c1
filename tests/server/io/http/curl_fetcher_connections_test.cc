// Connections that are used again, and what a responder can do to them.
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

using Request = ScriptedHttpServer::Request;
using Reply = ScriptedHttpServer::Reply;

const SystemClock kClock;

std::unique_ptr<CurlFetcher> FetcherFor(const ScriptedHttpServer& server) {
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("127.0.0.0/8")};
  options.allowed_ports = {server.port()};
  return *CurlFetcher::Create(std::move(options), &kClock);
}

TEST(CurlFetcherConnections, AReplyInAdvanceIsNotTakenForTheNextRequests) {
  ScriptedHttpServer server([](const Request& request) {
    const std::string reply = HttpResponse(200, {}, absl::StrCat("of ", request.target));
    return Reply(request.target == "/1" ? reply + HttpResponse(200, {}, "poison") : reply);
  });
  const auto fetcher = FetcherFor(server);
  for (const char* path : {"/1", "/2", "/3"}) {
    const FetchResult result = FetchNow(*fetcher, GetOf(server.Url(path)));
    ASSERT_TRUE(result.ok()) << result.detail;
    EXPECT_EQ(result.reply.body, absl::StrCat("of ", path));
  }
}

TEST(CurlFetcherConnections, ABodyThatIsLongerThanItsLengthIsNobodysReply) {
  const std::string inner = HttpResponse(200, {}, "poison");
  ScriptedHttpServer server([&inner](const Request& request) {
    if (request.target != "/1") return Reply(HttpResponse(200, {}, request.target));
    return Reply(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", inner, inner));
  });
  const auto fetcher = FetcherFor(server);
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/1"))).reply.body, "");
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/2"))).reply.body, "/2");
}

TEST(CurlFetcherConnections, WhatIsAskedOnADyingConnectionIsAskedAgainOnANewOne) {
  for (const HttpMethod method : {HttpMethod::kGet, HttpMethod::kPost}) {
    ScriptedHttpServer server([](const Request& request) {
      // The first connection ends with its second request, without a word.
      Reply reply = HttpResponse(200, {}, request.body);
      if (request.connection == 1 && request.target == "/2") {
        reply = Reply();
        reply.close = true;
      }
      return reply;
    });
    const auto fetcher = FetcherFor(server);
    for (const char* path : {"/1", "/2"}) {
      HttpRequest request = GetOf(server.Url(path));
      request.method = method;
      if (method == HttpMethod::kPost) {
        request.content_type = "text/plain";
        request.body = "question";
      }
      const FetchResult result = FetchNow(*fetcher, request);
      EXPECT_TRUE(result.ok()) << path << ": " << result.detail;
      EXPECT_EQ(result.reply.body, request.body);
    }
    EXPECT_EQ(server.Connections(), 2U);
  }
}

TEST(CurlFetcherConnections, AResponderThatAlwaysHangsUpIsNotAskedForEver) {
  ScriptedHttpServer server([](const Request&) {
    Reply reply;
    reply.close = true;
    return reply;
  });
  const FetchResult result = FetchNow(*FetcherFor(server), GetOf(server.Url("/")));
  EXPECT_EQ(result.failure, FetchFailure::kBadReply) << result.detail;
  EXPECT_LE(server.Connections(), 2U);
}

TEST(CurlFetcherConnections, AConnectionThatIsToBeClosedIsNotUsedAgain) {
  ScriptedHttpServer server([](const Request& request) {
    return HttpResponse(200, {{"Connection", "close"}}, request.target);
  });
  const auto fetcher = FetcherFor(server);
  for (const char* path : {"/1", "/2"}) {
    EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url(path))).reply.body, path);
  }
  EXPECT_EQ(server.Connections(), 2U);
}

}  // namespace
}  // namespace postern
