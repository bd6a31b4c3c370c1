#include "server/io/http/curl_fetcher.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

using Request = ScriptedHttpServer::Request;
using Reply = ScriptedHttpServer::Reply;

const SystemClock kClock;

// Allowed are loopback, and the port of the server.
HttpFetcherOptions OptionsFor(const ScriptedHttpServer& server) {
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("127.0.0.0/8")};
  options.allowed_ports = {server.port()};
  options.seed = 1;
  return options;
}

std::unique_ptr<CurlFetcher> FetcherOf(HttpFetcherOptions options) {
  return *CurlFetcher::Create(std::move(options), &kClock);
}

Reply Ok(const std::string& body) { return HttpResponse(200, {}, body); }

TEST(CurlFetcher, ByDefaultConnectsToNoLoopbackAddressO26) {
  ScriptedHttpServer server([](const Request&) { return Ok("secret"); });
  HttpFetcherOptions options = OptionsFor(server);
  options.allowed_addresses.clear();
  const auto fetcher = FetcherOf(options);
  for (const char* host : {"127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]",
                           "localhost", "0.0.0.0"}) {
    const FetchResult result =
        FetchNow(*fetcher, GetOf(absl::StrCat("http://", host, ":", server.port(), "/")));
    EXPECT_EQ(result.failure, FetchFailure::kBlockedAddress) << host << ": " << result.detail;
  }
  EXPECT_EQ(server.Connections(), 0U);
}

TEST(CurlFetcher, VetsTheAddressesOfANameAtTheConnectionO26) {
  ScriptedHttpServer server([](const Request&) { return Ok("secret"); });
  HttpFetcherOptions options = OptionsFor(server);
  const std::string url = absl::StrCat("http://localhost:", server.port(), "/");
  EXPECT_TRUE(FetchNow(*FetcherOf(options), GetOf(url)).ok());
  options.allowed_addresses = {*ParseIpPrefix("192.0.2.0/24")};
  const FetchResult result = FetchNow(*FetcherOf(options), GetOf(url));
  EXPECT_EQ(result.failure, FetchFailure::kBlockedAddress) << result.detail;
  EXPECT_TRUE(absl::StrContains(result.detail, "loopback")) << result.detail;
}

TEST(CurlFetcher, SendsNothingThatItWasNotTold) {
  ScriptedHttpServer server([](const Request&) { return Ok(""); });
  HttpRequest request = GetOf(server.Url("/a%2Bb"));
  request.accept = {"application/ocsp-response"};
  FetchNow(*FetcherOf(OptionsFor(server)), request);
  const Request asked = server.Requests().at(0);
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/a%2Bb");
  EXPECT_EQ(asked.Header("accept"), "application/ocsp-response");
  EXPECT_EQ(asked.Header("user-agent"), "Postern");
  EXPECT_EQ(asked.headers.size(), 3U);  // and Host
}

TEST(CurlFetcher, AsksOnConditionAndPastCachesWhereToldToO17O18) {
  ScriptedHttpServer server([](const Request&) { return HttpResponse(304, {}, ""); });
  HttpRequest request = GetOf(server.Url("/"));
  request.if_none_match = "W/\"1\"";
  request.if_modified_since = "Sun, 06 Nov 1994 08:49:37 GMT";
  request.no_cache = true;
  EXPECT_EQ(FetchNow(*FetcherOf(OptionsFor(server)), request).reply.status, 304);
  const Request asked = server.Requests().at(0);
  EXPECT_EQ(asked.Header("if-none-match"), request.if_none_match);
  EXPECT_EQ(asked.Header("if-modified-since"), request.if_modified_since);
  EXPECT_EQ(asked.Header("cache-control"), "no-cache");
}

TEST(CurlFetcher, PostsABodyWithoutWaitingForLeaveO13) {
  ScriptedHttpServer server([](const Request&) { return Ok(""); });
  HttpRequest request = GetOf(server.Url("/"));
  request.method = HttpMethod::kPost;
  request.content_type = "application/ocsp-request";
  request.body = std::string(5000, '\0');
  FetchNow(*FetcherOf(OptionsFor(server)), request);
  const Request asked = server.Requests().at(0);
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.body, request.body);
  EXPECT_EQ(asked.Header("content-type"), "application/ocsp-request");
  EXPECT_FALSE(asked.Has("expect"));
}

TEST(CurlFetcher, UsesAConnectionAgainAndSurvivesItsEnd) {
  ScriptedHttpServer server([](const Request& request) {
    Reply reply = Ok(request.target);
    reply.close = request.target == "/2";
    return reply;
  });
  const auto fetcher = FetcherOf(OptionsFor(server));
  for (const char* path : {"/1", "/2", "/3"}) {
    const FetchResult result = FetchNow(*fetcher, GetOf(server.Url(path)));
    ASSERT_TRUE(result.ok()) << result.detail;
    EXPECT_EQ(result.reply.body, path);
  }
  EXPECT_EQ(server.Connections(), 2U);
}

TEST(CurlFetcher, TheEnvironmentsProxyIsNotUsed) {
  ScriptedHttpServer proxy([](const Request&) { return Ok("proxy"); });
  ScriptedHttpServer server([](const Request&) { return Ok("server"); });
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
    setenv(name, proxy.Url("").c_str(), /*overwrite=*/1);
  }
  EXPECT_EQ(FetchNow(*FetcherOf(OptionsFor(server)), GetOf(server.Url("/"))).reply.body, "server");
  for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) unsetenv(name);
  EXPECT_EQ(proxy.Connections(), 0U);
}

TEST(CurlFetcher, AProxyIsAskedForNamesButNotForBlockedAddresses) {
  ScriptedHttpServer proxy([](const Request& request) { return Ok(request.target); });
  HttpFetcherOptions options;
  options.proxy = proxy.Url("");
  const auto fetcher = FetcherOf(options);
  EXPECT_EQ(FetchNow(*fetcher, GetOf("http://crl.test/a")).reply.body, "http://crl.test/a");
  EXPECT_EQ(FetchNow(*fetcher, GetOf("http://10.0.0.1/")).failure, FetchFailure::kBlockedAddress);
}

TEST(CurlFetcher, DestructionEndsWhatIsUnderWay) {
  ScriptedHttpServer server([](const Request&) { return Reply(); });
  HttpFetcherOptions options = OptionsFor(server);
  options.max_active_per_responder = 1;
  auto fetcher = FetcherOf(options);
  PendingFetch active = FetchLater(*fetcher, GetOf(server.Url("/1")));
  PendingFetch waiting = FetchLater(*fetcher, GetOf(server.Url("/2")));
  server.WaitForRequests(1);
  fetcher.reset();
  EXPECT_EQ(active.result.get().failure, FetchFailure::kStopping);
  EXPECT_EQ(waiting.result.get().failure, FetchFailure::kStopping);
}

TEST(CurlFetcher, CancelClosesTheConnection) {
  ScriptedHttpServer server([](const Request&) { return Reply(); });
  const auto fetcher = FetcherOf(OptionsFor(server));
  PendingFetch pending = FetchLater(*fetcher, GetOf(server.Url("/")));
  server.WaitForRequests(1);
  fetcher->Cancel(pending.id);
  EXPECT_EQ(pending.result.get().failure, FetchFailure::kCancelled);
  server.WaitForClosed(1);
  EXPECT_EQ(fetcher->Stats().in_flight, 0U);
}

TEST(CurlFetcher, RefusesOptionsThatMeanNothing) {
  HttpFetcherOptions options;
  options.max_redirects = 6;
  EXPECT_EQ(CurlFetcher::Create(options, &kClock).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace postern
