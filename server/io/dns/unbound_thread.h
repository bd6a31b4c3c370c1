// One resolver thread: an event loop and the libunbound contexts that live in it.
// For UnboundResolver, which shares the questions out.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_THREAD_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_THREAD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"
#include "server/io/dns/unbound_context.h"
#include "server/io/dns/unbound_options.h"
#include "server/io/dns/unbound_question.h"
#include "server/io/mutex.h"

struct event;
struct event_base;

namespace postern {

// UnboundThread asks libunbound the questions that are put to it. Thread safe, but
// for Start and destruction.
//
// A question goes through a queue into the loop. Its callback runs in the loop, once:
// when libunbound answers, or at the deadline if that is sooner. libunbound is never
// told to stop: it goes on with a question whose deadline has passed, what it learns
// is cached, and only then the question counts as out of flight.
class UnboundThread {
 public:
  // Create makes the loop and the context, for options that were checked. `counters`
  // must outlive the thread.
  static absl::StatusOr<std::unique_ptr<UnboundThread>> Create(const UnboundOptions& options,
                                                               UnboundCounters* counters);

  // The destructor stops the thread.
  ~UnboundThread();
  UnboundThread(const UnboundThread&) = delete;
  UnboundThread& operator=(const UnboundThread&) = delete;

  // Start starts the thread and waits until libunbound has taken its configuration.
  absl::Status Start();

  // Ask puts one question, counted as in flight, to the thread. If the thread has been
  // stopped, the callback runs here, with kFailed.
  void Ask(std::list<UnboundQuestion> question);

  // Stop ends the loop, lets every question that is left come back as kFailed, on the
  // resolver thread, and waits for all that. Not from the thread itself.
  void Stop();

 private:
  struct EventBaseFree {
    void operator()(event_base* base) const;
  };
  struct EventFree {
    void operator()(event* wakeup) const;
  };

  explicit UnboundThread(UnboundCounters* counters) : counters_(counters) {}

  static void OnWakeup(int fd, short what, void* self);
  static void OnDeadline(int fd, short what, void* question);
  static void OnAnswer(void* question, int rcode, void* packet, int length, int security,
                       char* why_bogus, int was_ratelimited);

  void Run(std::promise<absl::Status> started);
  void TakeQuestions();
  void AskLibunbound(std::list<UnboundQuestion> question);
  void Forget(UnboundQuestion* question);
  void Shut();
  void Wake();

  UnboundCounters* const counters_;
  std::unique_ptr<event_base, EventBaseFree> base_;
  // Of the even and the odd generations: libunbound renews nothing ahead of its end,
  // so what is asked again before then is asked where it is not remembered.
  UbCtxPtr contexts_[2];
  int wakeup_fd_ = -1;
  std::unique_ptr<event, EventFree> wakeup_;
  // Asked, and not yet called back by libunbound. Of the loop's thread only.
  std::list<UnboundQuestion> asked_;

  Mutex mutex_;
  std::list<UnboundQuestion> queue_ POSTERN_GUARDED_BY(mutex_);
  bool stopping_ POSTERN_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_THREAD_H_
