#include "tests/support/fake_resolver.h"

#include <algorithm>

namespace postern {

void FakeResolver::Resolve(const DnsQuestion& question, absl::Time deadline, int generation,
                           Callback done) {
  DnsAnswer answer;
  {
    MutexLock lock(mutex_);
    asked_.push_back(question);
    if (hold_) {
      waiting_.emplace_back(question, std::move(done));
      return;
    }
    answer = records_.Answer(question, now_);
  }
  done(std::move(answer));
}

ResolverStats FakeResolver::Stats() const {
  MutexLock lock(mutex_);
  ResolverStats stats;
  stats.threads = 1;
  stats.in_flight = waiting_.size();
  stats.questions = asked_.size();
  return stats;
}

void FakeResolver::Replace(absl::string_view records) {
  MutexLock lock(mutex_);
  records_ = DnsRecords(records);
}

void FakeResolver::SetTime(absl::Time now) {
  MutexLock lock(mutex_);
  now_ = now;
}

void FakeResolver::Hold() {
  MutexLock lock(mutex_);
  hold_ = true;
}

bool FakeResolver::ReleaseOne() {
  std::pair<DnsQuestion, Callback> next;
  DnsAnswer answer;
  {
    MutexLock lock(mutex_);
    if (waiting_.empty()) return false;
    next = std::move(waiting_.front());
    waiting_.pop_front();
    answer = records_.Answer(next.first, now_);
  }
  next.second(std::move(answer));
  return true;
}

void FakeResolver::Release() {
  {
    MutexLock lock(mutex_);
    hold_ = false;
  }
  while (ReleaseOne()) {
  }
}

std::vector<DnsQuestion> FakeResolver::Asked() const {
  MutexLock lock(mutex_);
  return asked_;
}

size_t FakeResolver::CountAsked(RrType type) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(
      std::count_if(asked_.begin(), asked_.end(),
                    [type](const DnsQuestion& question) { return question.type == type; }));
}

}  // namespace postern
