#include "server/io/http/curl_fetcher.h"

#include <signal.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/io/http/fetch_checks.h"
#include "server/io/http/fetch_outcome.h"
#include "server/io/http/http_url.h"

namespace postern {
namespace {

constexpr absl::Duration kLongestWait = absl::Minutes(1);

// SIGPIPE too: OpenSSL writes to sockets that the other side has closed.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CurlFetcher>> CurlFetcher::Create(HttpFetcherOptions options,
                                                                 const Clock* clock) {
  const absl::Status valid = CheckFetcherOptions(options);
  if (!valid.ok()) return valid;
  std::unique_ptr<CurlFetcher> fetcher(new CurlFetcher(std::move(options), clock));
  absl::StatusOr<std::unique_ptr<CurlMulti>> multi = CurlMulti::Create(fetcher->options_);
  if (!multi.ok()) return multi.status();
  fetcher->multi_ = *std::move(multi);
  fetcher->thread_ = std::thread(&CurlFetcher::Run, fetcher.get());
  return fetcher;
}

CurlFetcher::~CurlFetcher() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (multi_ != nullptr) multi_->Wake();
  if (thread_.joinable()) thread_.join();
}

uint64_t CurlFetcher::Fetch(HttpRequest request, Callback done) {
  auto job = std::make_unique<FetchJob>();
  const uint64_t id = last_id_.fetch_add(1) + 1;
  job->id = id;
  job->request = std::move(request);
  job->done = std::move(done);
  job->redirects_left = options_.max_redirects;
  in_flight_.fetch_add(1);
  FetchResult failure;
  if (!CheckRequest(job->request, options_, &failure) ||
      !CheckHttpUrl(job->request.url, options_, &job->url, &failure)) {
    Done(std::move(job), std::move(failure));
    return id;
  }
  job->responder = job->url.responder;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      failure = FailedFetch(FetchFailure::kStopping, "the fetcher is stopping");
    } else if (inbox_.size() >= options_.max_waiting) {
      failure = FailedFetch(FetchFailure::kOverload, "too many requests are waiting");
    } else {
      inbox_.push_back(std::move(job));
    }
  }
  if (job != nullptr) {
    Done(std::move(job), std::move(failure));
  } else {
    multi_->Wake();
  }
  return id;
}

void CurlFetcher::Cancel(uint64_t id) {
  {
    MutexLock lock(mutex_);
    if (stopping_) return;  // all come back
    cancelled_.push_back(id);
  }
  multi_->Wake();
}

FetcherStats CurlFetcher::Stats() const {
  FetcherStats stats;
  stats.in_flight = in_flight_.load();
  stats.requests = last_id_.load();
  stats.failures = failures_.load();
  return stats;
}

void CurlFetcher::Done(FetchJobPtr job, FetchResult result) {
  if (!result.ok()) failures_.fetch_add(1);
  in_flight_.fetch_sub(1);
  job->done(std::move(result));
}

void CurlFetcher::Run() {
  BlockSignals();
  while (TakeInbox()) {
    TakeExpired();
    StartNext();
    std::vector<CurlMulti::Ended> ended = multi_->Perform();
    for (CurlMulti::Ended& one : ended) {
      if (!one.redirect.empty() && Follow(one.job, one.redirect, &one.result)) continue;
      Finish(std::move(one.job), std::move(one.result));
    }
    // What ended has made room for what waits.
    if (!ended.empty()) continue;
    multi_->Wait(std::min(queue_.NextDeadline() - clock_->Now(), kLongestWait));
  }
  Shut();
}

bool CurlFetcher::TakeInbox() {
  std::vector<FetchJobPtr> jobs;
  std::vector<uint64_t> cancelled;
  {
    MutexLock lock(mutex_);
    if (stopping_) return false;
    jobs.swap(inbox_);
    cancelled.swap(cancelled_);
  }
  const absl::Time now = clock_->Now();
  for (FetchJobPtr& job : jobs) {
    std::optional<FetchResult> refused = queue_.Add(job, now);
    if (refused) Done(std::move(job), *std::move(refused));
  }
  for (const uint64_t id : cancelled) CancelNow(id);
  return true;
}

void CurlFetcher::CancelNow(uint64_t id) {
  FetchResult result = FailedFetch(FetchFailure::kCancelled, "the request was cancelled");
  if (FetchJobPtr waiting = queue_.Remove(id)) {
    Done(std::move(waiting), std::move(result));
  } else if (FetchJobPtr active = multi_->Take(id)) {
    Finish(std::move(active), std::move(result));
  }
}

void CurlFetcher::TakeExpired() {
  for (FetchJobPtr& job : queue_.TakeExpired(clock_->Now())) {
    Done(std::move(job),
         FailedFetch(FetchFailure::kTimeout, "the deadline passed before a place was free"));
  }
}

void CurlFetcher::StartNext() {
  const absl::Time now = clock_->Now();
  while (FetchJobPtr job = queue_.Next(now)) {
    job->request.deadline = std::min(job->request.deadline, now + options_.total_timeout);
    if (multi_->Start(job, now)) continue;
    Finish(std::move(job), FailedFetch(FetchFailure::kOverload, "no memory for the request"));
  }
}

bool CurlFetcher::Follow(FetchJobPtr& job, const std::string& redirect, FetchResult* result) {
  HttpUrl to;
  FetchResult failure;
  if (!CheckRedirect(*job, result->reply.status, redirect, options_, &to, &failure)) {
    *result = std::move(failure);
    return false;
  }
  --job->redirects_left;
  job->url = std::move(to);
  if (multi_->Start(job, clock_->Now())) return true;
  *result = FailedFetch(FetchFailure::kOverload, "no memory for the redirect");
  return false;
}

void CurlFetcher::Finish(FetchJobPtr job, FetchResult result) {
  FetchResult down;
  std::vector<FetchJobPtr> given_up =
      queue_.Finish(*job, OutcomeOf(result), KeepAwayOf(result), clock_->Now(), &down);
  Done(std::move(job), std::move(result));
  for (FetchJobPtr& waiting : given_up) Done(std::move(waiting), down);
}

void CurlFetcher::Shut() {
  std::vector<FetchJobPtr> jobs = multi_->TakeAll();
  for (FetchJobPtr& job : queue_.TakeAll()) jobs.push_back(std::move(job));
  {
    MutexLock lock(mutex_);
    for (FetchJobPtr& job : inbox_) jobs.push_back(std::move(job));
    inbox_.clear();
  }
  // Callbacks may ask for more: that comes back at once.
  for (FetchJobPtr& job : jobs) {
    Done(std::move(job), FailedFetch(FetchFailure::kStopping, "the fetcher is stopping"));
  }
}

}  // namespace postern
