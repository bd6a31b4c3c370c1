// A question on its way through a resolver thread, and the counters that all threads
// share. For UnboundThread.
#ifndef POSTERN_SERVER_IO_DNS_UNBOUND_QUESTION_H_
#define POSTERN_SERVER_IO_DNS_UNBOUND_QUESTION_H_

#include <event2/event.h>
#include <event2/event_struct.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "server/core/dns/answer.h"
#include "server/io/dns/resolver.h"

namespace postern {

class UnboundThread;

// UnboundCounters are ResolverStats in the making.
struct UnboundCounters {
  std::atomic<size_t> in_flight{0};
  std::atomic<uint64_t> questions{0};
  std::atomic<uint64_t> timeouts{0};
  std::atomic<uint64_t> refused{0};
};

// UnboundQuestion is a node of one list after the other: it is moved, not copied, and
// libunbound and the timer hold its address.
struct UnboundQuestion {
  UnboundQuestion(DnsQuestion question, absl::Time deadline, int generation,
                  Resolver::Callback done)
      : question(std::move(question)),
        deadline(deadline),
        generation(generation),
        done(std::move(done)) {}

  // Answer calls back, the first time.
  void Answer(DnsAnswer answer);
  // Fail answers that there is no answer.
  void Fail(DnsFailure failure, std::string detail);

  const DnsQuestion question;
  const absl::Time deadline;
  const int generation;
  Resolver::Callback done;  // empty once it was called

  UnboundThread* thread = nullptr;
  std::list<UnboundQuestion>::iterator self;
  ::event timer = {};
  bool has_timer = false;
  bool inside_ask = false;  // libunbound may call back before it returns
  bool finished = false;    // libunbound has called back
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_DNS_UNBOUND_QUESTION_H_
