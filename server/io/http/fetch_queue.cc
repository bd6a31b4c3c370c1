#include "server/io/http/fetch_queue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace postern {

FetchQueue::FetchQueue(const HttpFetcherOptions& options)
    : options_(options), chance_(options.seed != 0 ? options.seed : std::random_device{}()) {}

FetchQueue::Responders::iterator FetchQueue::Find(const std::string& name) {
  const auto found = responders_.find(name);
  if (found != responders_.end()) return found;
  if (responders_.size() >= options_.max_responders) {
    // Names come from strangers: what failed is forgotten before anything waits for room.
    const auto idle = std::find_if(responders_.begin(), responders_.end(), [](const auto& one) {
      return one.second.active == 0 && one.second.waiting.empty();
    });
    if (idle == responders_.end()) return idle;
    responders_.erase(idle);
  }
  const auto made = responders_.emplace(name, options_.breaker).first;
  const auto said = options_.responders.find(name);
  made->second.max_active = said != options_.responders.end() && said->second.max_active > 0
                                ? said->second.max_active
                                : options_.max_active_per_responder;
  return made;
}

void FetchQueue::ForgetIfNew(Responders::iterator responder) {
  const Responder& state = responder->second;
  if (state.active == 0 && state.waiting.empty() && state.breaker.IsNew()) {
    responders_.erase(responder);
  }
}

void FetchQueue::EndEmptyTurns() {
  size_t kept = 0;
  for (const auto& responder : turns_) {
    if (responder->second.waiting.empty()) {
      ForgetIfNew(responder);
    } else {
      turns_[kept++] = responder;
    }
  }
  turns_.resize(kept);
}

FetchResult FetchQueue::Down(Responders::const_iterator responder) const {
  FetchResult result = FailedFetch(
      FetchFailure::kResponderDown,
      absl::StrCat("responder ", PrintableUrl(responder->first),
                   " failed lately or asked to be left alone; it is not asked before ",
                   absl::FormatTime(absl::RFC3339_sec, responder->second.breaker.OpenUntil(),
                                    absl::UTCTimeZone())));
  result.retry_at = responder->second.breaker.OpenUntil();
  return result;
}

std::optional<FetchResult> FetchQueue::Add(FetchJobPtr& job, absl::Time now) {
  const auto said = options_.responders.find(job->responder);
  if (said != options_.responders.end() && said->second.disabled) {
    return FailedFetch(FetchFailure::kDisabled,
                       absl::StrCat("responder ", PrintableUrl(job->responder), " is disabled"));
  }
  if (waiting_ >= options_.max_waiting) {
    return FailedFetch(FetchFailure::kOverload, "too many requests are waiting");
  }
  const auto responder = Find(job->responder);
  if (responder == responders_.end()) {
    return FailedFetch(FetchFailure::kOverload, "requests to too many responders are waiting");
  }
  Responder& state = responder->second;
  if (!state.breaker.MayAsk(now)) return Down(responder);
  if (state.waiting.size() >= options_.max_waiting_per_responder) {
    return FailedFetch(
        FetchFailure::kOverload,
        absl::StrCat("too many requests are waiting for responder ", PrintableUrl(job->responder)));
  }
  state.waiting.push_back(std::move(job));
  ++waiting_;
  if (state.waiting.size() == 1) turns_.push_back(responder);
  return std::nullopt;
}

FetchJobPtr FetchQueue::Next(absl::Time now) {
  if (active_ >= options_.max_active) return nullptr;
  for (size_t left = turns_.size(); left > 0; --left) {
    const auto responder = turns_.front();
    Responder& state = responder->second;
    turns_.pop_front();
    if (state.active >= state.max_active || !state.breaker.MayAsk(now)) {
      turns_.push_back(responder);
      continue;
    }
    FetchJobPtr job = std::move(state.waiting.front());
    state.waiting.pop_front();
    if (!state.waiting.empty()) turns_.push_back(responder);
    --waiting_;
    ++active_;
    ++state.active;
    job->probe = state.breaker.Start(now);
    return job;
  }
  return nullptr;
}

std::vector<FetchJobPtr> FetchQueue::Finish(const FetchJob& job, FetchOutcome outcome,
                                            absl::Duration keep_away, absl::Time now,
                                            FetchResult* down) {
  std::vector<FetchJobPtr> given_up;
  // It is there: what is active is not forgotten.
  const auto responder = responders_.find(job.responder);
  Responder& state = responder->second;
  --active_;
  --state.active;
  switch (outcome) {
    case FetchOutcome::kLives:
      state.breaker.Succeed(job.probe);
      break;
    case FetchOutcome::kFails:
      // 53 bits, so that it stays below 1.
      state.breaker.Fail(job.probe, now, static_cast<double>(chance_() >> 11) * 0x1p-53);
      break;
    case FetchOutcome::kNothing:
      state.breaker.Abandon(job.probe);
      break;
  }
  state.breaker.KeepAway(now, keep_away);
  if (!state.breaker.MayAsk(now)) {
    *down = Down(responder);
    for (FetchJobPtr& waiting : state.waiting) given_up.push_back(std::move(waiting));
    waiting_ -= state.waiting.size();
    state.waiting.clear();
    EndEmptyTurns();  // it stays: its breaker is open
  }
  ForgetIfNew(responder);
  return given_up;
}

template <typename Predicate>
std::vector<FetchJobPtr> FetchQueue::TakeIf(Predicate predicate) {
  std::vector<FetchJobPtr> taken;
  for (const auto& responder : turns_) {
    std::deque<FetchJobPtr>& jobs = responder->second.waiting;
    const auto rest = std::stable_partition(
        jobs.begin(), jobs.end(), [&](const FetchJobPtr& job) { return !predicate(*job); });
    std::move(rest, jobs.end(), std::back_inserter(taken));
    jobs.erase(rest, jobs.end());
  }
  waiting_ -= taken.size();
  if (!taken.empty()) EndEmptyTurns();
  return taken;
}

FetchJobPtr FetchQueue::Remove(uint64_t id) {
  std::vector<FetchJobPtr> taken = TakeIf([id](const FetchJob& job) { return job.id == id; });
  return taken.empty() ? nullptr : std::move(taken.front());
}

std::vector<FetchJobPtr> FetchQueue::TakeExpired(absl::Time now) {
  return TakeIf([now](const FetchJob& job) { return job.request.deadline <= now; });
}

std::vector<FetchJobPtr> FetchQueue::TakeAll() {
  return TakeIf([](const FetchJob&) { return true; });
}

absl::Time FetchQueue::NextDeadline() const {
  absl::Time earliest = absl::InfiniteFuture();
  for (const auto& responder : turns_) {
    for (const FetchJobPtr& job : responder->second.waiting) {
      earliest = std::min(earliest, job->request.deadline);
    }
  }
  return earliest;
}

}  // namespace postern
