#include "tests/support/fake_http_fetcher.h"

#include <algorithm>
#include <utility>

#include "server/io/http/fetch_checks.h"
#include "server/io/http/http_url.h"

namespace postern {
namespace {

constexpr int kOk = 200;
constexpr int kNotModified = 304;
constexpr int kNotFound = 404;

}  // namespace

FakeHttpFetcher::~FakeHttpFetcher() {
  std::deque<Waiting> waiting;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    waiting.swap(waiting_);
  }
  for (const Waiting& one : waiting) {
    Done(one.done, FailedFetch(FetchFailure::kStopping, "the fetcher is stopping"));
  }
}

void FakeHttpFetcher::Done(const Callback& done, FetchResult result) {
  if (!result.ok()) {
    MutexLock lock(mutex_);
    ++failures_;
  }
  done(std::move(result));
}

uint64_t FakeHttpFetcher::Fetch(HttpRequest request, Callback done) {
  uint64_t id = 0;
  bool stopping = false;
  {
    MutexLock lock(mutex_);
    asked_.push_back(request);
    id = asked_.size();
    stopping = stopping_;
    if (hold_ && !stopping) {
      waiting_.push_back({id, std::move(request), std::move(done)});
      return id;
    }
  }
  Done(done, stopping ? FailedFetch(FetchFailure::kStopping, "the fetcher is stopping")
                      : Answer(request));
  return id;
}

FetchResult FakeHttpFetcher::Answer(const HttpRequest& request) const {
  FetchResult result;
  HttpUrl url;
  if (!CheckRequest(request, options_, &result) ||
      !CheckHttpUrl(request.url, options_, &url, &result)) {
    return result;
  }
  result.reply.status = kNotFound;
  {
    MutexLock lock(mutex_);
    const auto found = served_.find(request.url);
    if (found != served_.end()) result = found->second;
  }
  HttpReply& reply = result.reply;
  if (!result.ok() || reply.status != kOk) return result;
  if (!reply.etag.empty() && reply.etag == request.if_none_match) {
    reply.status = kNotModified;
    reply.body.clear();
    return result;
  }
  if (!request.accept.empty() && std::find(request.accept.begin(), request.accept.end(),
                                           reply.content_type) == request.accept.end()) {
    return FailedFetch(FetchFailure::kWrongType, reply.content_type);
  }
  if (reply.body.size() > request.max_bytes) return FailedFetch(FetchFailure::kTooLarge, "body");
  return result;
}

void FakeHttpFetcher::Cancel(uint64_t id) {
  Callback done;
  {
    MutexLock lock(mutex_);
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [id](const Waiting& one) { return one.id == id; });
    if (found == waiting_.end()) return;
    done = std::move(found->done);
    waiting_.erase(found);
  }
  Done(done, FailedFetch(FetchFailure::kCancelled, "the request was cancelled"));
}

FetcherStats FakeHttpFetcher::Stats() const {
  MutexLock lock(mutex_);
  FetcherStats stats;
  stats.in_flight = waiting_.size();
  stats.requests = asked_.size();
  stats.failures = failures_;
  return stats;
}

void FakeHttpFetcher::Serve(const std::string& url, FetchResult result) {
  MutexLock lock(mutex_);
  served_[url] = std::move(result);
}

void FakeHttpFetcher::Hold() {
  MutexLock lock(mutex_);
  hold_ = true;
}

bool FakeHttpFetcher::ReleaseOne() {
  Waiting next;
  {
    MutexLock lock(mutex_);
    if (waiting_.empty()) return false;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  Done(next.done, Answer(next.request));
  return true;
}

void FakeHttpFetcher::Release() {
  {
    MutexLock lock(mutex_);
    hold_ = false;
  }
  while (ReleaseOne()) {
  }
}

std::vector<HttpRequest> FakeHttpFetcher::Asked() const {
  MutexLock lock(mutex_);
  return asked_;
}

}  // namespace postern
