#include "tests/support/scripted_nameserver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "server/core/dns/wire_name.h"

namespace postern {
namespace {

// A test's answers must not be lost because it asks much at once.
constexpr int kReceiveBuffer = 1 << 20;

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool BindTo(int fd, uint16_t port) {
  const sockaddr_in address = Loopback(port);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

uint16_t PortOf(int fd) {
  sockaddr_in address = {};
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return ntohs(address.sin_port);
}

}  // namespace

DnsPacket ScriptedNameserver::Query::Reply() const {
  DnsPacket packet;
  packet.question = question;
  packet.id = id;
  packet.flags = 0x8400;  // response, authoritative
  return packet;
}

ScriptedNameserver::ScriptedNameserver(Script script) : script_(std::move(script)) {
  // The port that UDP gets may be taken for TCP.
  int tries = 100;
  while (!Bind()) {
    if (--tries == 0) abort();
  }
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread(&ScriptedNameserver::Run, this);
}

ScriptedNameserver::~ScriptedNameserver() {
  const uint64_t one = 1;
  if (write(stop_fd_, &one, sizeof one) != sizeof one) abort();
  thread_.join();
  close(stop_fd_);
  close(udp_fd_);
  close(tcp_fd_);
}

bool ScriptedNameserver::Bind() {
  udp_fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  tcp_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(udp_fd_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  if (BindTo(udp_fd_, 0)) {
    port_ = PortOf(udp_fd_);
    if (BindTo(tcp_fd_, port_) && listen(tcp_fd_, 64) == 0) return true;
  }
  close(udp_fd_);
  close(tcp_fd_);
  return false;
}

std::string ScriptedNameserver::Address() const { return "127.0.0.1@" + std::to_string(port_); }

std::vector<ScriptedNameserver::Query> ScriptedNameserver::Queries() const {
  MutexLock lock(mutex_);
  return queries_;
}

void ScriptedNameserver::WaitForQueries(size_t count) {
  MutexLock lock(mutex_);
  while (queries_.size() < count) arrived_.Wait(mutex_);
}

std::string ScriptedNameserver::Answer(const std::string& bytes, bool tcp) {
  if (bytes.size() < 12) return "";
  const absl::Span<const uint8_t> octets(reinterpret_cast<const uint8_t*>(bytes.data()),
                                         bytes.size());
  Query query;
  query.tcp = tcp;
  query.id = static_cast<uint16_t>(octets[0] << 8 | octets[1]);
  size_t offset = 12;
  if (!ReadWireName(octets, &offset, &query.question.name)) return "";
  if (offset + 4 > octets.size()) return "";
  query.question.type = static_cast<RrType>(octets[offset] << 8 | octets[offset + 1]);
  {
    MutexLock lock(mutex_);
    queries_.push_back(query);
  }
  arrived_.SignalAll();
  return script_(query);
}

void ScriptedNameserver::AnswerDatagram() {
  char buffer[4096];
  sockaddr_in from = {};
  socklen_t length = sizeof from;
  const ssize_t received =
      recvfrom(udp_fd_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &length);
  if (received <= 0) return;
  const std::string answer = Answer(std::string(buffer, received), /*tcp=*/false);
  if (answer.empty()) return;
  sendto(udp_fd_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from),
         length);
}

bool ScriptedNameserver::AnswerStream(Connection* connection) {
  char buffer[4096];
  const ssize_t received = recv(connection->fd, buffer, sizeof buffer, 0);
  if (received <= 0) return false;
  std::string& bytes = connection->received;
  bytes.append(buffer, received);
  while (bytes.size() >= 2) {
    const size_t length = static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]);
    if (bytes.size() < 2 + length) break;
    const std::string answer = Answer(bytes.substr(2, length), /*tcp=*/true);
    bytes.erase(0, 2 + length);
    if (answer.empty()) continue;
    const std::string framed = Wire16(static_cast<uint16_t>(answer.size())) + answer;
    if (send(connection->fd, framed.data(), framed.size(), MSG_NOSIGNAL) < 0) return false;
  }
  return true;
}

void ScriptedNameserver::Run() {
  std::vector<Connection> connections;
  while (true) {
    std::vector<pollfd> fds = {{stop_fd_, POLLIN, 0}, {udp_fd_, POLLIN, 0}, {tcp_fd_, POLLIN, 0}};
    for (const Connection& connection : connections) fds.push_back({connection.fd, POLLIN, 0});
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) break;
    if (fds[1].revents != 0) AnswerDatagram();
    std::vector<Connection> open;
    for (size_t i = 0; i < connections.size(); ++i) {
      if (fds[3 + i].revents == 0 || AnswerStream(&connections[i])) {
        open.push_back(std::move(connections[i]));
      } else {
        close(connections[i].fd);
      }
    }
    connections.swap(open);
    if (fds[2].revents != 0) {
      const int fd = accept4(tcp_fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0) connections.push_back({fd, ""});
    }
  }
  for (const Connection& connection : connections) close(connection.fd);
}

}  // namespace postern
