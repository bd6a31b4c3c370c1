// An SMTP server that does as it is told, in this process: no port, no network.
#ifndef POSTERN_TESTS_CLIENT_EXAMPLES_SMTP_WORKER_SCRIPTED_SERVER_H_
#define POSTERN_TESTS_CLIENT_EXAMPLES_SMTP_WORKER_SCRIPTED_SERVER_H_

#include <openssl/ssl.h>

#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace postern::smtp_worker {

// ServerScript is what a server says.
struct ServerScript {
  std::string greeting = "220 mx.test\r\n";
  // TLS from the first byte.
  bool tls_at_once = false;
  bool offer_starttls = true;
  // To STARTTLS; sent in one piece, so that what follows its line is injected.
  std::string starttls = "220 go ahead\r\n";
  // Answer the TLS handshake with something else.
  bool break_handshake = false;
  std::string mail = "250 ok\r\n";
  std::string rcpt = "250 ok\r\n";
  std::string data = "354 go on\r\n";
  std::string end = "250 taken\r\n";
};

// ScriptedServer serves each connection on a thread of its own.
class ScriptedServer {
 public:
  // context: the server's, which outlives this.
  ScriptedServer(ServerScript script, SSL_CTX* context)
      : script_(std::move(script)), context_(context) {}
  // Waits until the clients have gone.
  ~ScriptedServer();

  // Connect gives the client's end, non-blocking.
  int Connect();

  // What came, once the clients have gone: command by command, "tls:" before what
  // came under TLS, and the lines of each message as one command.
  std::vector<std::string> commands();
  int connections() const { return static_cast<int>(threads_.size()); }

 private:
  void Serve(int socket);

  const ServerScript script_;
  SSL_CTX* const context_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::vector<std::string> commands_;
};

}  // namespace postern::smtp_worker

#endif  // POSTERN_TESTS_CLIENT_EXAMPLES_SMTP_WORKER_SCRIPTED_SERVER_H_
