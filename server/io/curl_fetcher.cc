#include "server/io/curl_fetcher.h"

#include <signal.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/io/fetch_checks.h"
#include "server/io/http_url.h"

namespace postern {
namespace {

constexpr absl::Duration kLongestPoll = absl::Minutes(1);
constexpr int kTooManyRequests = 429;
constexpr int kServiceUnavailable = 503;

// SIGPIPE too: OpenSSL writes to sockets that the other side has closed.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

FetchOutcome OutcomeOf(const FetchResult& result) {
  switch (result.failure) {
    case FetchFailure::kNone:
      return result.reply.status >= 500 || result.reply.status == kTooManyRequests
                 ? FetchOutcome::kFails
                 : FetchOutcome::kLives;
    case FetchFailure::kResolve:
    case FetchFailure::kConnect:
    case FetchFailure::kTls:
    case FetchFailure::kTimeout:
    case FetchFailure::kBadReply:
      return FetchOutcome::kFails;
    case FetchFailure::kTooLarge:
    case FetchFailure::kWrongType:
    case FetchFailure::kRedirectRefused:
      return FetchOutcome::kLives;
    default:
      return FetchOutcome::kNothing;
  }
}

absl::Duration KeepAway(const FetchResult& result) {
  const int status = result.reply.status;
  if (status != kTooManyRequests && status != kServiceUnavailable) return absl::ZeroDuration();
  return result.reply.retry_after.value_or(absl::ZeroDuration());
}

}  // namespace

absl::StatusOr<std::unique_ptr<CurlFetcher>> CurlFetcher::Create(HttpFetcherOptions options,
                                                                 const Clock* clock) {
  const absl::Status valid = CheckFetcherOptions(options);
  if (!valid.ok()) return valid;
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CurlFetcher> fetcher(new CurlFetcher(std::move(options), clock));
  fetcher->multi_.reset(started == CURLE_OK ? curl_multi_init() : nullptr);
  CURLM* const multi = fetcher->multi_.get();
  if (multi == nullptr) return absl::ResourceExhaustedError("libcurl does not start");
  const long idle = static_cast<long>(fetcher->options_.max_idle_connections);
  if (curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle) != CURLM_OK ||
      curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING)) !=
          CURLM_OK) {
    return absl::ResourceExhaustedError("libcurl does not take its options");
  }
  fetcher->thread_ = std::thread(&CurlFetcher::Run, fetcher.get());
  return fetcher;
}

CurlFetcher::~CurlFetcher() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  if (multi_ != nullptr) curl_multi_wakeup(multi_.get());
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
    curl_multi_wakeup(multi_.get());
  }
  return id;
}

void CurlFetcher::Cancel(uint64_t id) {
  {
    MutexLock lock(mutex_);
    if (stopping_) return;  // all come back
    cancelled_.push_back(id);
  }
  curl_multi_wakeup(multi_.get());
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
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (CollectDone()) continue;
    const absl::Duration wait = std::max(
        absl::ZeroDuration(), std::min(queue_.NextDeadline() - clock_->Now(), kLongestPoll));
    // Rounded up, so that it does not spin for the last millisecond.
    const auto milliseconds =
        static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1))));
    curl_multi_poll(multi_.get(), nullptr, 0, milliseconds, nullptr);
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
  FetchJobPtr job = queue_.Remove(id);
  FetchResult result = FailedFetch(FetchFailure::kCancelled, "the request was cancelled");
  if (job == nullptr) {
    const std::unique_ptr<CurlTransfer> transfer = TakeActive(id);
    if (transfer == nullptr) return;
    job = transfer->TakeJob();
    Free(*job, result);
  }
  Done(std::move(job), std::move(result));
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
    if (StartTransfer(job)) continue;
    FetchResult result = FailedFetch(FetchFailure::kOverload, "no memory for the request");
    Free(*job, result);
    Done(std::move(job), std::move(result));
  }
}

bool CurlFetcher::StartTransfer(FetchJobPtr& job) {
  std::unique_ptr<CurlTransfer> transfer = CurlTransfer::Create(job, options_, clock_->Now());
  if (transfer == nullptr) return false;
  if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) {
    job = transfer->TakeJob();
    return false;
  }
  const uint64_t id = transfer->job().id;
  active_.emplace(id, std::move(transfer));
  return true;
}

std::unique_ptr<CurlTransfer> CurlFetcher::TakeActive(uint64_t id) {
  const auto found = active_.find(id);
  if (found == active_.end()) return nullptr;
  std::unique_ptr<CurlTransfer> transfer = std::move(found->second);
  active_.erase(found);
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  return transfer;
}

bool CurlFetcher::CollectDone() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    any = true;
    // The message goes with the handle.
    const CURLcode code = message->data.result;
    CurlTransfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    Finish(TakeActive(transfer->job().id), code);
  }
  return any;
}

void CurlFetcher::Finish(std::unique_ptr<CurlTransfer> transfer, CURLcode code) {
  FetchResult result = transfer->Result(code);
  const std::string redirect = result.ok() ? transfer->RedirectUrl() : "";
  FetchJobPtr job = transfer->TakeJob();
  transfer.reset();
  if (!redirect.empty() && Follow(job, redirect, &result)) return;
  Free(*job, result);
  Done(std::move(job), std::move(result));
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
  if (StartTransfer(job)) return true;
  *result = FailedFetch(FetchFailure::kOverload, "no memory for the redirect");
  return false;
}

void CurlFetcher::Free(const FetchJob& job, const FetchResult& result) {
  FetchResult down;
  for (FetchJobPtr& given_up :
       queue_.Finish(job, OutcomeOf(result), KeepAway(result), clock_->Now(), &down)) {
    Done(std::move(given_up), down);
  }
}

void CurlFetcher::Shut() {
  const FetchResult stopping = FailedFetch(FetchFailure::kStopping, "the fetcher is stopping");
  std::vector<FetchJobPtr> jobs = queue_.TakeAll();
  {
    MutexLock lock(mutex_);
    for (FetchJobPtr& job : inbox_) jobs.push_back(std::move(job));
    inbox_.clear();
  }
  while (!active_.empty()) jobs.push_back(TakeActive(active_.begin()->first)->TakeJob());
  // Callbacks may Fetch: that comes back at once.
  for (FetchJobPtr& job : jobs) Done(std::move(job), stopping);
}

}  // namespace postern
