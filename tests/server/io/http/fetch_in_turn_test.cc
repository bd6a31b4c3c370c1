#include "server/io/http/fetch_in_turn.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "server/io/http/http_fetcher.h"
#include "tests/support/fake_http_fetcher.h"

namespace postern {
namespace {

std::vector<HttpRequest> RequestsFor(const std::vector<std::string>& urls) {
  std::vector<HttpRequest> requests(urls.size());
  for (size_t i = 0; i < urls.size(); ++i) requests[i].url = urls[i];
  return requests;
}

FetchResult ReplyOf(int status, std::string body) {
  FetchResult result;
  result.reply.status = status;
  result.reply.body = std::move(body);
  return result;
}

bool IsOk(size_t, const FetchResult& result) { return result.ok() && result.reply.status == 200; }

struct Outcome {
  int calls = 0;
  bool taken = false;
  FetchResult result;
};

FetchInTurnDone Into(Outcome* outcome) {
  return [outcome](bool taken, FetchResult result) {
    ++outcome->calls;
    outcome->taken = taken;
    outcome->result = std::move(result);
  };
}

TEST(FetchInTurn, AsksTheSecondAfterTheFirstHasFailedO14) {
  FakeHttpFetcher fetcher;
  fetcher.Serve("http://a.test/", FailedFetch(FetchFailure::kTimeout, "slow"));
  fetcher.Serve("http://b.test/", ReplyOf(200, "b"));
  fetcher.Serve("http://c.test/", ReplyOf(200, "c"));
  Outcome outcome;
  FetchInTurn(fetcher, RequestsFor({"http://a.test/", "http://b.test/", "http://c.test/"}), IsOk,
              Into(&outcome));
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_TRUE(outcome.taken);
  EXPECT_EQ(outcome.result.reply.body, "b");
  EXPECT_EQ(fetcher.Asked().size(), 2U);
}

TEST(FetchInTurn, TheJudgeSeesWhichRequestItWas) {
  FakeHttpFetcher fetcher;
  std::vector<size_t> numbers;
  Outcome outcome;
  FetchInTurn(
      fetcher, RequestsFor({"http://a.test/", "http://b.test/"}),
      [&numbers](size_t number, const FetchResult& result) {
        EXPECT_EQ(result.reply.status, 404);
        numbers.push_back(number);
        return false;
      },
      Into(&outcome));
  EXPECT_EQ(numbers, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_FALSE(outcome.taken);
  EXPECT_EQ(outcome.result.reply.status, 404);
}

TEST(FetchInTurn, EndsWhereTheRequestWasCancelled) {
  FakeHttpFetcher fetcher;
  fetcher.Hold();
  Outcome outcome;
  FetchInTurn(fetcher, RequestsFor({"http://a.test/", "http://b.test/"}), IsOk, Into(&outcome));
  fetcher.Cancel(1);
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.result.failure, FetchFailure::kCancelled);
  EXPECT_EQ(fetcher.Asked().size(), 1U);
}

TEST(FetchInTurn, WithNothingToAskSaysSo) {
  FakeHttpFetcher fetcher;
  Outcome outcome;
  FetchInTurn(fetcher, {}, IsOk, Into(&outcome));
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.result.failure, FetchFailure::kBadRequest);
}

}  // namespace
}  // namespace postern
