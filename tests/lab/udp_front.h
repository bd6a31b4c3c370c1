// The UDP side of the misbehaving name server.
#ifndef POSTERN_TESTS_LAB_UDP_FRONT_H_
#define POSTERN_TESTS_LAB_UDP_FRONT_H_

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/delay_queue.h"
#include "tests/lab/responder.h"

namespace postern {

// UdpFront takes queries on one socket, and passes them on by another to the
// name server behind, with ids of its own. It keeps few queries there at a time,
// so that no socket buffer overflows, and waits for the delay with the answer in
// hand: tens of thousands of queries may be in flight. One thread.
class UdpFront {
 public:
  // Both sockets are non-blocking, upstream is connected. They are not closed here.
  UdpFront(const Responder& responder, int listener, int upstream);

  // OnQueries reads what has come from clients, OnAnswers what has come back.
  void OnQueries(SteadyTime now);
  void OnAnswers(SteadyTime now);

  // SendDue sends the answers whose time has come.
  void SendDue(SteadyTime now);
  std::optional<SteadyTime> NextDue() const { return delayed_.NextDue(); }

 private:
  struct Answer {
    sockaddr_in client;
    std::string message;
  };
  // A query that waits for the name server behind; its id there is its slot.
  struct Slot {
    bool busy = false;
    SteadyTime sent;
    sockaddr_in client;
    uint16_t id = 0;
    Edit edit = Edit::kNone;
    std::chrono::milliseconds delay{0};
  };
  struct Waiting {
    sockaddr_in client;
    Handling handling;
  };

  void Take(const sockaddr_in& client, std::string_view message, SteadyTime now);
  void Forward(SteadyTime now);
  void Schedule(Answer answer, std::chrono::milliseconds delay, SteadyTime now);

  const Responder& responder_;
  const int listener_;
  const int upstream_;
  std::vector<Slot> slots_;
  std::deque<uint16_t> busy_;  // slots in the order of sending, some answered
  size_t in_flight_ = 0;       // slots that are busy
  uint16_t next_slot_ = 0;
  std::deque<Waiting> waiting_;  // for a place in flight
  DelayQueue<Answer> delayed_;
  std::vector<char> buffers_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_UDP_FRONT_H_
