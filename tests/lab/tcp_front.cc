#include "tests/lab/tcp_front.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "tests/lab/dns_wire.h"
#include "tests/lab/loopback.h"

namespace postern {
namespace {

constexpr size_t kPairs = 1024;
constexpr size_t kOutBytes = 4 << 20;  // a client that does not read is dropped

// Reads what there is; false at the end of the stream, or on an error.
bool ReadInto(int fd, std::string& in) {
  char bytes[16384];
  while (true) {
    const ssize_t count = read(fd, bytes, sizeof bytes);
    if (count > 0) {
      in.append(bytes, static_cast<size_t>(count));
      if (static_cast<size_t>(count) < sizeof bytes) return true;
    } else if (count == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN;
    }
  }
}

// Takes a message with its two octets of length off the front; nothing if it is
// not whole yet.
std::optional<std::string> TakeMessage(std::string& in) {
  if (in.size() < 2) return std::nullopt;
  const size_t size = ReadId(in);
  if (in.size() < 2 + size) return std::nullopt;
  std::string message = in.substr(2, size);
  in.erase(0, 2 + size);
  return message;
}

void AppendMessage(std::string& out, const std::string& message) {
  AppendU16(out, static_cast<uint16_t>(message.size()));
  out += message;
}

}  // namespace

TcpFront::TcpFront(const Responder& responder, int epoll, int listener, uint16_t upstream_port)
    : responder_(responder), epoll_(epoll), listener_(listener), upstream_port_(upstream_port) {}

TcpFront::~TcpFront() {
  while (!pairs_.empty()) Close(pairs_.begin()->first);
}

void TcpFront::OnConnection() {
  while (true) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (pairs_.size() >= kPairs) {
      close(fd);
      continue;
    }
    auto pair = std::make_unique<Pair>();
    pair->id = next_id_++;
    pair->client.fd = fd;
    owners_[fd] = pair->id;
    Watch(pair->client, EPOLL_CTL_ADD);
    pairs_.emplace(pair->id, std::move(pair));
  }
}

void TcpFront::OnEvent(int fd, SteadyTime now) {
  const auto owner = owners_.find(fd);
  if (owner == owners_.end()) return;
  const uint64_t id = owner->second;
  Pair& pair = *pairs_.at(id);
  const bool is_client = fd == pair.client.fd;
  Stream& stream = is_client ? pair.client : pair.upstream;
  const bool go_on = is_client ? ReadClient(pair, now) : ReadUpstream(pair, now);
  if (!go_on || !Flush(stream)) Close(id);
}

bool TcpFront::ReadClient(Pair& pair, SteadyTime now) {
  const bool open = ReadInto(pair.client.fd, pair.client.in);
  while (std::optional<std::string> message = TakeMessage(pair.client.in)) {
    if (!Take(pair, *message, now)) return false;
  }
  return open;
}

bool TcpFront::Take(Pair& pair, const std::string& message, SteadyTime now) {
  Handling handling = responder_.Handle(message, /*by_tcp=*/true);
  switch (handling.kind) {
    case Handling::Kind::kForward:
      pair.asked[ReadId(handling.message)] = {handling.edit, handling.delay};
      return ForwardTo(pair, handling.message);
    case Handling::Kind::kReply:
      delayed_.Add(now + handling.delay, {pair.id, std::move(handling.message)});
      return true;
    case Handling::Kind::kDrop:
      return true;
    case Handling::Kind::kClose:
      return false;
  }
  return false;
}

bool TcpFront::ForwardTo(Pair& pair, const std::string& message) {
  if (pair.upstream.fd < 0) {
    pair.upstream.fd = ConnectTcp(upstream_port_);
    if (pair.upstream.fd < 0) return false;
    owners_[pair.upstream.fd] = pair.id;
    Watch(pair.upstream, EPOLL_CTL_ADD);
  }
  AppendMessage(pair.upstream.out, message);
  return Flush(pair.upstream);
}

bool TcpFront::ReadUpstream(Pair& pair, SteadyTime now) {
  const bool open = ReadInto(pair.upstream.fd, pair.upstream.in);
  while (std::optional<std::string> message = TakeMessage(pair.upstream.in)) {
    if (message->size() < kDnsHeaderSize) return false;
    const auto asked = pair.asked.find(ReadId(*message));
    if (asked == pair.asked.end()) continue;
    const auto [edit, delay] = asked->second;
    pair.asked.erase(asked);
    ApplyEdit(edit, *message);
    delayed_.Add(now + delay, {pair.id, *std::move(message)});
  }
  if (open) return true;
  // The name server behind ended an idle connection; the next query opens another.
  owners_.erase(pair.upstream.fd);
  close(pair.upstream.fd);
  pair.upstream = Stream{};
  return pair.asked.empty();
}

void TcpFront::SendDue(SteadyTime now) {
  while (std::optional<Answer> answer = delayed_.TakeDue(now)) {
    const auto found = pairs_.find(answer->pair);
    if (found == pairs_.end()) continue;
    AppendMessage(found->second->client.out, answer->message);
    if (!Flush(found->second->client)) Close(answer->pair);
  }
}

bool TcpFront::Flush(Stream& stream) {
  if (stream.fd < 0) return true;
  const bool was_waiting = !stream.out.empty();
  while (!stream.out.empty()) {
    const ssize_t count = send(stream.fd, stream.out.data(), stream.out.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      stream.out.erase(0, static_cast<size_t>(count));
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      return false;
    }
  }
  if (was_waiting) Watch(stream, EPOLL_CTL_MOD);
  return stream.out.size() < kOutBytes;
}

void TcpFront::Watch(const Stream& stream, int operation) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (!stream.out.empty()) event.events |= EPOLLOUT;
  event.data.fd = stream.fd;
  epoll_ctl(epoll_, operation, stream.fd, &event);
}

void TcpFront::Close(uint64_t id) {
  const auto found = pairs_.find(id);
  if (found == pairs_.end()) return;
  for (const Stream* stream : {&found->second->client, &found->second->upstream}) {
    if (stream->fd < 0) continue;
    owners_.erase(stream->fd);
    close(stream->fd);
  }
  pairs_.erase(found);
}

}  // namespace postern
