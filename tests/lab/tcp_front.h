// The TCP side of the misbehaving name server (RFC 7766).
#ifndef POSTERN_TESTS_LAB_TCP_FRONT_H_
#define POSTERN_TESTS_LAB_TCP_FRONT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/lab/delay_queue.h"
#include "tests/lab/responder.h"

namespace postern {

// TcpFront takes connections on a listener, and opens one connection to the name
// server behind for each. It registers its descriptors with an epoll instance,
// with the descriptor as data. One thread.
class TcpFront {
 public:
  // The listener is non-blocking, and registered by the caller.
  TcpFront(const Responder& responder, int epoll, int listener, uint16_t upstream_port);
  ~TcpFront();
  TcpFront(const TcpFront&) = delete;
  TcpFront& operator=(const TcpFront&) = delete;

  // OnConnection accepts what waits at the listener.
  void OnConnection();

  // OnEvent handles an event of a descriptor; those that are not TcpFront's are ignored.
  void OnEvent(int fd, SteadyTime now);

  // SendDue sends the answers whose time has come.
  void SendDue(SteadyTime now);
  std::optional<SteadyTime> NextDue() const { return delayed_.NextDue(); }

 private:
  // Stream is one socket with what was read from it and is to be written to it.
  struct Stream {
    int fd = -1;
    std::string in;
    std::string out;
  };
  // Pair is a client's connection and the one opened for it.
  struct Pair {
    uint64_t id = 0;
    Stream client;
    Stream upstream;
    std::map<uint16_t, std::pair<Edit, std::chrono::milliseconds>> asked;  // by message id
  };
  struct Answer {
    uint64_t pair = 0;
    std::string message;
  };

  bool ReadClient(Pair& pair, SteadyTime now);    // false: close
  bool ReadUpstream(Pair& pair, SteadyTime now);  // false: close
  bool Take(Pair& pair, const std::string& message, SteadyTime now);
  bool ForwardTo(Pair& pair, const std::string& message);
  bool Flush(Stream& stream);  // false: close
  void Watch(const Stream& stream, int operation);
  void Close(uint64_t id);

  const Responder& responder_;
  const int epoll_;
  const int listener_;
  const uint16_t upstream_port_;
  uint64_t next_id_ = 1;
  std::map<uint64_t, std::unique_ptr<Pair>> pairs_;
  std::map<int, uint64_t> owners_;  // descriptor to pair
  DelayQueue<Answer> delayed_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_LAB_TCP_FRONT_H_
