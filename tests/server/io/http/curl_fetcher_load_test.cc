// Several requests at a time, and responders that are down.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

using Request = ScriptedHttpServer::Request;
using Reply = ScriptedHttpServer::Reply;

const SystemClock kClock;

HttpFetcherOptions OptionsFor(const std::vector<const ScriptedHttpServer*>& servers) {
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("127.0.0.1")};
  options.allowed_ports.clear();
  for (const ScriptedHttpServer* server : servers) options.allowed_ports.push_back(server->port());
  options.seed = 1;
  options.breaker.failures = 2;
  options.breaker.first = absl::Seconds(30);
  options.breaker.jitter = 0;
  return options;
}

TEST(CurlFetcherLoad, ADeadResponderStarvesNobody) {
  ScriptedHttpServer dead([](const Request&) { return Reply(); });
  ScriptedHttpServer live(
      [](const Request& request) { return HttpResponse(200, {}, request.target); });
  HttpFetcherOptions options = OptionsFor({&dead, &live});
  options.max_active = 3;
  options.max_active_per_responder = 2;
  const auto fetcher = *CurlFetcher::Create(options, &kClock);
  std::vector<PendingFetch> stuck;
  for (int i = 0; i < 10; ++i) stuck.push_back(FetchLater(*fetcher, GetOf(dead.Url("/"))));
  for (int i = 0; i < 10; ++i) {
    const std::string path = absl::StrCat("/", i);
    EXPECT_EQ(FetchNow(*fetcher, GetOf(live.Url(path))).reply.body, path);
  }
  EXPECT_EQ(fetcher->Stats().in_flight, stuck.size());
  EXPECT_LE(dead.Connections(), 2U);
}

TEST(CurlFetcherLoad, AWaitingRequestEndsAtItsDeadline) {
  ScriptedHttpServer dead([](const Request&) { return Reply(); });
  HttpFetcherOptions options = OptionsFor({&dead});
  options.max_active = 1;
  const auto fetcher = *CurlFetcher::Create(options, &kClock);
  PendingFetch active = FetchLater(*fetcher, GetOf(dead.Url("/")));
  HttpRequest request = GetOf(dead.Url("/"));
  request.deadline = absl::Now() + absl::Milliseconds(50);
  EXPECT_EQ(FetchNow(*fetcher, request).failure, FetchFailure::kTimeout);
  EXPECT_EQ(fetcher->Stats().in_flight, 1U);
}

TEST(CurlFetcherLoad, AFailingResponderIsLeftAloneAndThenProbed) {
  std::atomic<bool> works{false};
  ScriptedHttpServer server(
      [&works](const Request&) { return HttpResponse(works ? 200 : 500, {}, ""); });
  FakeClock clock;
  const auto fetcher = *CurlFetcher::Create(OptionsFor({&server}), &clock);
  const HttpRequest request = GetOf(server.Url("/"));
  EXPECT_EQ(FetchNow(*fetcher, request).reply.status, 500);
  EXPECT_EQ(FetchNow(*fetcher, request).reply.status, 500);
  const FetchResult down = FetchNow(*fetcher, request);
  EXPECT_EQ(down.failure, FetchFailure::kResponderDown) << down.detail;
  EXPECT_EQ(down.retry_at, clock.Now() + absl::Seconds(30));
  EXPECT_EQ(server.Requests().size(), 2U);
  works = true;
  clock.Advance(absl::Seconds(30));
  EXPECT_EQ(FetchNow(*fetcher, request).reply.status, 200);
  EXPECT_EQ(FetchNow(*fetcher, request).reply.status, 200);
}

TEST(CurlFetcherLoad, RetryAfterIsHonouredWithinTheMost) {
  ScriptedHttpServer server([](const Request& request) {
    return HttpResponse(503, {{"Retry-After", request.target == "/long" ? "99999999" : "7"}}, "");
  });
  FakeClock clock;
  HttpFetcherOptions options = OptionsFor({&server});
  options.breaker.most = absl::Minutes(5);
  const auto fetcher = *CurlFetcher::Create(options, &clock);
  const FetchResult busy = FetchNow(*fetcher, GetOf(server.Url("/short")));
  EXPECT_EQ(busy.reply.status, 503);
  EXPECT_EQ(busy.reply.retry_after, absl::Seconds(7));
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/"))).retry_at, clock.Now() + absl::Seconds(7));
  clock.Advance(absl::Seconds(7));
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/long"))).reply.status, 503);
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/"))).retry_at, clock.Now() + absl::Minutes(5));
}

TEST(CurlFetcherLoad, ACancelledRequestSaysNothingOfItsResponder) {
  ScriptedHttpServer server([](const Request& request) {
    return request.target == "/wait" ? Reply() : Reply(HttpResponse(200, {}, ""));
  });
  const auto fetcher = *CurlFetcher::Create(OptionsFor({&server}), &kClock);
  for (size_t i = 1; i <= 3; ++i) {
    PendingFetch pending = FetchLater(*fetcher, GetOf(server.Url("/wait")));
    server.WaitForRequests(i);
    fetcher->Cancel(pending.id);
    EXPECT_EQ(pending.result.get().failure, FetchFailure::kCancelled);
  }
  EXPECT_TRUE(FetchNow(*fetcher, GetOf(server.Url("/"))).ok());
}

TEST(CurlFetcherLoad, BeyondItsBoundItRefuses) {
  ScriptedHttpServer dead([](const Request&) { return Reply(); });
  HttpFetcherOptions options = OptionsFor({&dead});
  options.max_active = 1;
  options.max_waiting = 1;
  const auto fetcher = *CurlFetcher::Create(options, &kClock);
  PendingFetch active = FetchLater(*fetcher, GetOf(dead.Url("/")));
  dead.WaitForRequests(1);
  PendingFetch one = FetchLater(*fetcher, GetOf(dead.Url("/")));
  PendingFetch other = FetchLater(*fetcher, GetOf(dead.Url("/")));
  // Wherever the one waits by then, there is no room for the other.
  EXPECT_EQ(other.result.get().failure, FetchFailure::kOverload);
  EXPECT_EQ(fetcher->Stats().in_flight, 2U);
}

TEST(CurlFetcherLoad, FollowsARedirectToAnotherResponder) {
  ScriptedHttpServer target([](const Request& request) {
    return HttpResponse(200, {}, absl::StrCat(request.method, request.target, request.body));
  });
  ScriptedHttpServer server([&target](const Request&) {
    return HttpResponse(307, {{"Location", target.Url("/there")}}, "");
  });
  const auto fetcher = *CurlFetcher::Create(OptionsFor({&server, &target}), &kClock);
  EXPECT_EQ(FetchNow(*fetcher, GetOf(server.Url("/"))).reply.body, "GET/there");
  HttpRequest post = GetOf(server.Url("/"));
  post.method = HttpMethod::kPost;
  post.content_type = "application/ocsp-request";
  post.body = "!";
  EXPECT_EQ(FetchNow(*fetcher, post).reply.body, "POST/there!");
}

TEST(CurlFetcherLoad, APostIsNotMadeAGetByARedirect) {
  ScriptedHttpServer server([](const Request&) {
    return HttpResponse(302, {{"Location", "/there"}}, "");
  });
  const auto fetcher = *CurlFetcher::Create(OptionsFor({&server}), &kClock);
  HttpRequest post = GetOf(server.Url("/"));
  post.method = HttpMethod::kPost;
  post.content_type = "application/ocsp-request";
  EXPECT_EQ(FetchNow(*fetcher, post).failure, FetchFailure::kRedirectRefused);
  EXPECT_EQ(server.Requests().size(), 1U);
}

TEST(CurlFetcherLoad, ManyThreadsAskCancelAndAreAnsweredOnce) {
  ScriptedHttpServer server([](const Request&) { return HttpResponse(200, {}, "x"); });
  const auto fetcher = *CurlFetcher::Create(OptionsFor({&server}), &kClock);
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::vector<PendingFetch> pending;
      for (int j = 0; j < kEach; ++j) {
        pending.push_back(FetchLater(*fetcher, GetOf(server.Url("/"))));
        if (j % 5 == 0) fetcher->Cancel(pending.back().id);
      }
      for (PendingFetch& one : pending) {
        const FetchFailure failure = one.result.get().failure;
        if (failure == FetchFailure::kNone || failure == FetchFailure::kCancelled) ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, kThreads * kEach);
  EXPECT_EQ(fetcher->Stats().in_flight, 0U);
}

}  // namespace
}  // namespace postern
