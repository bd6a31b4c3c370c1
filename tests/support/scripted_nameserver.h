// A name server that answers as a test says, on a free loopback port, over UDP and
// TCP.
//
//   ScriptedNameserver server([](const ScriptedNameserver::Query& query) { ... });
//   options.stub_zones = {{"test", {server.Address()}}};
#ifndef POSTERN_TESTS_SUPPORT_SCRIPTED_NAMESERVER_H_
#define POSTERN_TESTS_SUPPORT_SCRIPTED_NAMESERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "server/core/dns/answer.h"
#include "server/io/mutex.h"
#include "tests/support/dns_packet.h"

namespace postern {

// ScriptedNameserver runs its script on a thread of its own from construction to
// destruction. Thread safe.
class ScriptedNameserver {
 public:
  // Query is a question as it came. Its name is in normal form.
  struct Query {
    DnsQuestion question;
    uint16_t id = 0;
    bool tcp = false;

    // Reply is the beginning of an answer: id and question filled in.
    DnsPacket Reply() const;
  };
  // Script returns the bytes to send; empty for silence.
  using Script = std::function<std::string(const Query&)>;

  explicit ScriptedNameserver(Script script);
  ~ScriptedNameserver();
  ScriptedNameserver(const ScriptedNameserver&) = delete;
  ScriptedNameserver& operator=(const ScriptedNameserver&) = delete;

  // Address is "127.0.0.1@PORT", as libunbound writes it.
  std::string Address() const;

  // Queries returns what has been asked so far.
  std::vector<Query> Queries() const;
  // WaitForQueries returns when at least `count` queries have come.
  void WaitForQueries(size_t count);

 private:
  struct Connection {
    int fd;
    std::string received;
  };

  bool Bind();
  void Run();
  void AnswerDatagram();
  bool AnswerStream(Connection* connection);
  std::string Answer(const std::string& bytes, bool tcp);

  const Script script_;
  int udp_fd_ = -1;
  int tcp_fd_ = -1;
  int stop_fd_ = -1;
  uint16_t port_ = 0;

  mutable Mutex mutex_;
  CondVar arrived_;
  std::vector<Query> queries_ POSTERN_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_SCRIPTED_NAMESERVER_H_
