#include "tests/client/examples/smtp_worker/scripted_server.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

namespace postern::smtp_worker {
namespace {

// One client's connection, blocking.
class Peer {
 public:
  explicit Peer(int socket) : socket_(socket), ssl_(nullptr, SSL_free) {}
  ~Peer() {
    if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
    ssl_.reset();
    close(socket_);
  }

  bool StartTls(SSL_CTX* context) {
    ssl_.reset(SSL_new(context));
    SSL_set_fd(ssl_.get(), socket_);
    const bool done = SSL_accept(ssl_.get()) == 1;
    if (!done) ssl_.reset();
    return done;
  }

  bool tls() const { return ssl_ != nullptr; }

  void Say(const std::string& bytes) {
    if (ssl_ != nullptr) {
      SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    } else if (write(socket_, bytes.data(), bytes.size()) < 0) {
      return;  // The client has gone, which the next read tells.
    }
  }

  // Waits for what it does not take.
  void AwaitByte() {
    char c;
    if (recv(socket_, &c, 1, MSG_PEEK) < 0) return;  // As in Say.
  }

  // A line without its end; false if there are no more.
  bool Hear(std::string* line) {
    line->clear();
    char c = 0;
    while (ssl_ != nullptr ? SSL_read(ssl_.get(), &c, 1) == 1 : read(socket_, &c, 1) == 1) {
      if (c == '\n') return true;
      if (c != '\r') *line += c;
    }
    return false;
  }

 private:
  const int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

}  // namespace

ScriptedServer::~ScriptedServer() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

int ScriptedServer::Connect() {
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return -1;
  fcntl(sockets[0], F_SETFL, O_NONBLOCK);
  threads_.emplace_back([this, socket = sockets[1]] { Serve(socket); });
  return sockets[0];
}

std::vector<std::string> ScriptedServer::commands() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  std::lock_guard<std::mutex> lock(mutex_);
  return commands_;
}

void ScriptedServer::Serve(int socket) {
  Peer peer(socket);
  auto note = [&](const std::string& command) {
    std::lock_guard<std::mutex> lock(mutex_);
    commands_.push_back((peer.tls() ? "tls:" : "") + command);
  };
  if (script_.tls_at_once && !peer.StartTls(context_)) return;
  peer.Say(script_.greeting);
  std::string line;
  while (peer.Hear(&line)) {
    note(line);
    if (line.rfind("EHLO", 0) == 0) {
      peer.Say(script_.offer_starttls && !peer.tls() ? "250-mx.test\r\n250 STARTTLS\r\n"
                                                     : "250 mx.test\r\n");
    } else if (line == "STARTTLS") {
      peer.Say(script_.starttls);
      if (script_.starttls[0] != '2') continue;
      if (script_.break_handshake) {
        // Not before the client has begun: it would be injected with the reply.
        peer.AwaitByte();
        peer.Say("454 no TLS today\r\n");
        return;
      }
      if (!peer.StartTls(context_)) return;
    } else if (line.rfind("MAIL", 0) == 0) {
      peer.Say(script_.mail);
    } else if (line.rfind("RCPT", 0) == 0) {
      peer.Say(script_.rcpt);
    } else if (line == "DATA") {
      peer.Say(script_.data);
      if (script_.data[0] != '3') continue;
      std::string message;
      while (peer.Hear(&line) && line != ".") message += line + "|";
      note(message);
      peer.Say(script_.end);
    } else {
      peer.Say("221 bye\r\n");
      return;
    }
  }
}

}  // namespace postern::smtp_worker
