#include "tests/support/scripted_http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace postern {
namespace {

constexpr int kDripMilliseconds = 5;
constexpr absl::string_view kEndOfHead = "\r\n\r\n";

bool SendAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

ScriptedHttpServer::Request ParseHead(absl::string_view head) {
  ScriptedHttpServer::Request request;
  const std::vector<std::string> lines = absl::StrSplit(head, "\r\n");
  const std::vector<std::string> words = absl::StrSplit(lines[0], ' ');
  request.method = words[0];
  if (words.size() > 1) request.target = words[1];
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> field =
        absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    request.headers[absl::AsciiStrToLower(field.first)] =
        std::string(absl::StripAsciiWhitespace(field.second));
  }
  return request;
}

}  // namespace

std::string ScriptedHttpServer::Request::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

ScriptedHttpServer::ScriptedHttpServer(Script script) : script_(std::move(script)) {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listen_fd_, generic, sizeof address) != 0 || listen(listen_fd_, 128) != 0 ||
      getsockname(listen_fd_, generic, &length) != 0) {
    abort();
  }
  port_ = ntohs(address.sin_port);
  stop_fd_ = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread(&ScriptedHttpServer::Run, this);
}

ScriptedHttpServer::~ScriptedHttpServer() {
  const uint64_t one = 1;
  if (write(stop_fd_, &one, sizeof one) != sizeof one) abort();
  thread_.join();
  close(stop_fd_);
  close(listen_fd_);
}

std::string ScriptedHttpServer::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", port_, path);
}

std::vector<ScriptedHttpServer::Request> ScriptedHttpServer::Requests() const {
  MutexLock lock(mutex_);
  return requests_;
}

void ScriptedHttpServer::WaitForRequests(size_t count) {
  MutexLock lock(mutex_);
  while (requests_.size() < count) changed_.Wait(mutex_);
}

size_t ScriptedHttpServer::Connections() const {
  MutexLock lock(mutex_);
  return accepted_;
}

void ScriptedHttpServer::WaitForClosed(size_t count) {
  MutexLock lock(mutex_);
  while (closed_ < count) changed_.Wait(mutex_);
}

void ScriptedHttpServer::Accept(std::vector<Connection>* connections) {
  Connection connection;
  connection.fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection.fd < 0) return;
  {
    MutexLock lock(mutex_);
    connection.number = ++accepted_;
  }
  connections->push_back(std::move(connection));
}

bool ScriptedHttpServer::AnswerNext(Connection* connection, bool* answered) {
  *answered = false;
  const size_t end = connection->received.find(kEndOfHead.data());
  if (end == std::string::npos) return true;
  Request request = ParseHead(absl::string_view(connection->received).substr(0, end));
  size_t length = 0;
  if (!absl::SimpleAtoi(request.Header("content-length"), &length)) length = 0;
  const size_t body = end + kEndOfHead.size();
  if (connection->received.size() < body + length) return true;
  request.body = connection->received.substr(body, length);
  request.connection = connection->number;
  connection->received.erase(0, body + length);
  {
    MutexLock lock(mutex_);
    requests_.push_back(request);
  }
  changed_.SignalAll();
  *answered = true;
  Reply reply = script_(request);
  connection->drip = std::move(reply.drip);
  return SendAll(connection->fd, reply.bytes) && !reply.close;
}

bool ScriptedHttpServer::Receive(Connection* connection) {
  char buffer[4096];
  const ssize_t received = recv(connection->fd, buffer, sizeof buffer, 0);
  if (received <= 0) return false;
  connection->received.append(buffer, received);
  bool answered = true;
  while (answered) {
    if (!AnswerNext(connection, &answered)) return false;
  }
  return true;
}

bool ScriptedHttpServer::DripOne(Connection* connection) {
  if (connection->drip.empty()) return true;
  const std::string octet = connection->drip.substr(0, 1);
  connection->drip.erase(0, 1);
  return SendAll(connection->fd, octet);
}

void ScriptedHttpServer::Close(const Connection& connection) {
  close(connection.fd);
  {
    MutexLock lock(mutex_);
    ++closed_;
  }
  changed_.SignalAll();
}

void ScriptedHttpServer::Run() {
  std::vector<Connection> connections;
  while (true) {
    std::vector<pollfd> fds = {{stop_fd_, POLLIN, 0}, {listen_fd_, POLLIN, 0}};
    int wait = -1;
    for (const Connection& connection : connections) {
      fds.push_back({connection.fd, POLLIN, 0});
      if (!connection.drip.empty()) wait = kDripMilliseconds;
    }
    if (poll(fds.data(), fds.size(), wait) < 0) continue;
    if (fds[0].revents != 0) break;
    std::vector<Connection> open;
    for (size_t i = 0; i < connections.size(); ++i) {
      Connection& connection = connections[i];
      const bool stays = (fds[2 + i].revents == 0 || Receive(&connection)) && DripOne(&connection);
      if (stays) {
        open.push_back(std::move(connection));
      } else {
        Close(connection);
      }
    }
    connections.swap(open);
    if (fds[1].revents != 0) Accept(&connections);
  }
  for (const Connection& connection : connections) Close(connection);
}

std::string HttpResponse(int status, const std::map<std::string, std::string>& headers,
                         const std::string& body) {
  std::string response = absl::StrCat("HTTP/1.1 ", status, " Scripted\r\n");
  for (const auto& header : headers) {
    absl::StrAppend(&response, header.first, ": ", header.second, "\r\n");
  }
  absl::StrAppend(&response, "Content-Length: ", body.size(), "\r\n\r\n", body);
  return response;
}

}  // namespace postern
