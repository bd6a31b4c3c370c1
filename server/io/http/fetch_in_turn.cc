#include "server/io/http/fetch_in_turn.h"

#include <memory>
#include <utility>

namespace postern {
namespace {

struct Turns {
  HttpFetcher& fetcher;
  std::vector<HttpRequest> requests;
  FetchInTurnJudge judge;
  FetchInTurnDone done;
};

void Ask(std::shared_ptr<Turns> turns, size_t number) {
  HttpRequest request = std::move(turns->requests[number]);
  HttpFetcher& fetcher = turns->fetcher;
  fetcher.Fetch(std::move(request), [turns = std::move(turns), number](FetchResult result) {
    const bool taken = turns->judge(number, result);
    const bool is_last = number + 1 == turns->requests.size() ||
                         result.failure == FetchFailure::kStopping ||
                         result.failure == FetchFailure::kCancelled;
    if (taken || is_last) {
      turns->done(taken, std::move(result));
    } else {
      Ask(turns, number + 1);
    }
  });
}

}  // namespace

void FetchInTurn(HttpFetcher& fetcher, std::vector<HttpRequest> requests, FetchInTurnJudge judge,
                 FetchInTurnDone done) {
  if (requests.empty()) {
    done(false, FailedFetch(FetchFailure::kBadRequest, "there is no URL to ask"));
    return;
  }
  Ask(std::make_shared<Turns>(
          Turns{fetcher, std::move(requests), std::move(judge), std::move(done)}),
      0);
}

}  // namespace postern
