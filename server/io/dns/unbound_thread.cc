#include "server/io/dns/unbound_thread.h"

#include <event2/event.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/io/dns/unbound_answer.h"

namespace postern {
namespace {

constexpr int kClassIn = 1;
constexpr const char* kTooLate = "no answer before the deadline";
constexpr const char* kStopped = "the resolver is stopping";

// Is answered from local data, so that asking it only makes libunbound take its
// configuration.
constexpr const char* kLocalName = "127.in-addr.arpa.";

// The thread whose loop runs here, if any.
thread_local const UnboundThread* loop_here = nullptr;

// SIGPIPE too: libunbound writes to TCP sockets that the other side has closed.
void BlockSignals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

void UnboundThread::EventBaseFree::operator()(event_base* base) const { event_base_free(base); }
void UnboundThread::EventFree::operator()(event* wakeup) const { event_free(wakeup); }

absl::StatusOr<std::unique_ptr<UnboundThread>> UnboundThread::Create(const UnboundOptions& options,
                                                                     UnboundCounters* counters) {
  std::unique_ptr<UnboundThread> thread(new UnboundThread(counters));
  thread->base_.reset(event_base_new());
  thread->wakeup_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (thread->base_ == nullptr || thread->wakeup_fd_ < 0) {
    return absl::ResourceExhaustedError(
        "no event loop for a resolver thread; is the limit of open files too low?");
  }
  thread->wakeup_.reset(event_new(thread->base_.get(), thread->wakeup_fd_, EV_READ | EV_PERSIST,
                                  &UnboundThread::OnWakeup, thread.get()));
  if (thread->wakeup_ == nullptr || event_add(thread->wakeup_.get(), nullptr) != 0) {
    return absl::ResourceExhaustedError("no event for a resolver thread");
  }
  // Only what is asked often comes to the odd generations, every second time.
  const size_t bytes = options.cache_bytes / options.threads;
  const size_t shares[2] = {bytes - bytes / 4, bytes / 4};
  for (int i = 0; i < 2; ++i) {
    absl::StatusOr<UbCtxPtr> context =
        CreateUnboundContext(thread->base_.get(), options, shares[i]);
    if (!context.ok()) return context.status();
    thread->contexts_[i] = *std::move(context);
  }
  return thread;
}

UnboundThread::~UnboundThread() {
  Stop();
  // Left only if the thread was never started.
  for (UbCtxPtr& context : contexts_) context.reset();
  wakeup_.reset();
  if (wakeup_fd_ >= 0) close(wakeup_fd_);
}

absl::Status UnboundThread::Start() {
  std::promise<absl::Status> started;
  std::future<absl::Status> status = started.get_future();
  thread_ = std::thread(&UnboundThread::Run, this, std::move(started));
  return status.get();
}

void UnboundThread::Run(std::promise<absl::Status> started) {
  BlockSignals();
  loop_here = this;
  const auto ignore = [](void*, int, void*, int, int, char*, int) {};
  int error = 0;
  for (const UbCtxPtr& context : contexts_) {
    if (error != 0) break;
    error = ub_resolve_event(context.get(), kLocalName, static_cast<int>(RrType::kNs), kClassIn,
                             /*mydata=*/nullptr, ignore, /*async_id=*/nullptr);
  }
  if (error == 0) {
    started.set_value(absl::OkStatus());
    event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
  } else {
    started.set_value(absl::InternalError(
        absl::StrCat("libunbound does not start with these options (root_hints_file, "
                     "trust anchors, memory?): ",
                     ub_strerror(error))));
  }
  Shut();
}

void UnboundThread::Ask(std::list<UnboundQuestion> question) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      wake = queue_.empty();
      queue_.splice(queue_.end(), question);
    }
  }
  // The loop empties the queue whenever it wakes, so one wake-up is enough for all.
  if (wake) Wake();
  if (question.empty()) return;
  counters_->in_flight.fetch_sub(1);
  question.front().Fail(DnsFailure::kOverload, kStopped);
}

void UnboundThread::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

void UnboundThread::Wake() {
  if (loop_here == this) {
    // From a callback, which is where most questions come from: no system call.
    event_active(wakeup_.get(), EV_READ, 0);
    return;
  }
  const uint64_t one = 1;
  // It fails only where the counter is full, and then the loop is awake.
  [[maybe_unused]] const ssize_t written = write(wakeup_fd_, &one, sizeof one);
}

void UnboundThread::OnWakeup(int fd, short, void* self) {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t length = read(fd, &count, sizeof count);
  static_cast<UnboundThread*>(self)->TakeQuestions();
}

void UnboundThread::TakeQuestions() {
  std::list<UnboundQuestion> questions;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      event_base_loopbreak(base_.get());
      return;
    }
    questions.swap(queue_);
  }
  const absl::Time now = absl::Now();
  while (!questions.empty()) {
    std::list<UnboundQuestion> question;
    question.splice(question.begin(), questions, questions.begin());
    if (question.front().deadline > now) {
      AskLibunbound(std::move(question));
      continue;
    }
    counters_->in_flight.fetch_sub(1);
    counters_->timeouts.fetch_add(1, std::memory_order_relaxed);
    question.front().Fail(DnsFailure::kTimeout, kTooLate);
  }
}

void UnboundThread::AskLibunbound(std::list<UnboundQuestion> question) {
  asked_.splice(asked_.begin(), question);
  UnboundQuestion* const asked = &asked_.front();
  asked->thread = this;
  asked->self = asked_.begin();
  asked->inside_ask = true;
  ub_ctx* const context = contexts_[asked->generation % 2 == 0 ? 0 : 1].get();
  const int error = ub_resolve_event(context, asked->question.name.c_str(),
                                     static_cast<int>(asked->question.type), kClassIn, asked,
                                     &UnboundThread::OnAnswer, /*async_id=*/nullptr);
  asked->inside_ask = false;
  if (error != 0) {
    // libunbound did not take the question, and will not call back.
    asked->Fail(DnsFailure::kMalformed, absl::StrCat("libunbound: ", ub_strerror(error)));
    asked->finished = true;
  }
  if (asked->finished) {
    Forget(asked);
    return;
  }
  const absl::Duration left = std::max(asked->deadline - absl::Now(), absl::ZeroDuration());
  // A question without end needs no timer, and libevent's clock has an end.
  if (left > absl::Hours(24)) return;
  const timeval timeout = absl::ToTimeval(left);
  evtimer_assign(&asked->timer, base_.get(), &UnboundThread::OnDeadline, asked);
  if (evtimer_add(&asked->timer, &timeout) == 0) {
    asked->has_timer = true;
  } else {
    asked->Fail(DnsFailure::kTimeout, "no timer");
  }
}

void UnboundThread::OnDeadline(int, short, void* question) {
  UnboundQuestion* const asked = static_cast<UnboundQuestion*>(question);
  asked->thread->counters_->timeouts.fetch_add(1, std::memory_order_relaxed);
  asked->Fail(DnsFailure::kTimeout, kTooLate);
}

void UnboundThread::OnAnswer(void* question, int rcode, void* packet, int length, int security,
                             char* why_bogus, int) {
  UnboundQuestion* const asked = static_cast<UnboundQuestion*>(question);
  UnboundThread* const self = asked->thread;
  if (asked->done) {
    UnboundResult result;
    result.rcode = rcode;
    result.security = security;
    result.why_bogus = why_bogus;
    if (packet != nullptr && length > 0) {
      result.packet = {static_cast<const uint8_t*>(packet), static_cast<size_t>(length)};
    }
    asked->Answer(ReadUnboundResult(asked->question, result, absl::Now()));
  }
  asked->finished = true;
  if (!asked->inside_ask) self->Forget(asked);
}

void UnboundThread::Forget(UnboundQuestion* question) {
  if (question->has_timer) evtimer_del(&question->timer);
  asked_.erase(question->self);
  counters_->in_flight.fetch_sub(1);
}

// In order: nobody waits any more, then libunbound lets go of the questions (it calls
// back for each, from within the deletion), then the loop can go.
void UnboundThread::Shut() {
  std::list<UnboundQuestion> queue;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    queue.swap(queue_);
  }
  for (UnboundQuestion& question : asked_) {
    if (question.has_timer) evtimer_del(&question.timer);
    question.has_timer = false;
    question.Fail(DnsFailure::kOverload, kStopped);
  }
  counters_->in_flight.fetch_sub(queue.size());
  for (UnboundQuestion& question : queue) question.Fail(DnsFailure::kOverload, kStopped);
  for (UbCtxPtr& context : contexts_) context.reset();
  counters_->in_flight.fetch_sub(asked_.size());
  asked_.clear();
  wakeup_.reset();
  base_.reset();
}

}  // namespace postern
