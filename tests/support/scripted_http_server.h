// An HTTP server that answers as a test says, well or badly, on a free loopback port.
//
//   ScriptedHttpServer server([](const ScriptedHttpServer::Request& request) {
//     return HttpResponse(200, {{"Content-Type", "application/ocsp-response"}}, der);
//   });
//   request.url = server.Url("/ocsp");
#ifndef POSTERN_TESTS_SUPPORT_SCRIPTED_HTTP_SERVER_H_
#define POSTERN_TESTS_SUPPORT_SCRIPTED_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/io/mutex.h"

namespace postern {

// ScriptedHttpServer runs its script on a thread of its own from construction to
// destruction. Thread safe.
class ScriptedHttpServer {
 public:
  // Request is one as it came. Header names are in lower case.
  struct Request {
    std::string method;
    std::string target;
    std::map<std::string, std::string> headers;
    std::string body;
    size_t connection = 0;  // 1 for the first that was accepted

    bool Has(const std::string& header) const { return headers.count(header) > 0; }
    // Header returns the value, or "".
    std::string Header(const std::string& name) const;
  };

  // Reply is what to do. The connection stays open, for the next request or for silence,
  // unless `close`.
  struct Reply {
    Reply() = default;
    Reply(std::string sent) : bytes(std::move(sent)) {}  // NOLINT(google-explicit-constructor)
    std::string bytes;
    std::string drip;  // after that, one octet at a time, with pauses
    bool close = false;
  };
  using Script = std::function<Reply(const Request&)>;

  explicit ScriptedHttpServer(Script script);
  ~ScriptedHttpServer();
  ScriptedHttpServer(const ScriptedHttpServer&) = delete;
  ScriptedHttpServer& operator=(const ScriptedHttpServer&) = delete;

  uint16_t port() const { return port_; }
  // Url is "http://127.0.0.1:PORT" and the path.
  std::string Url(const std::string& path) const;

  // Requests returns what has been asked so far, WaitForRequests when that are `count`.
  std::vector<Request> Requests() const;
  void WaitForRequests(size_t count);
  // Connections counts those accepted so far.
  size_t Connections() const;
  // WaitForClosed returns when `count` connections have been closed, by whichever side.
  void WaitForClosed(size_t count);

 private:
  struct Connection {
    int fd = -1;
    size_t number = 0;
    std::string received;
    std::string drip;
  };

  void Run();
  void Accept(std::vector<Connection>* connections);
  // These return whether the connection stays open.
  bool Receive(Connection* connection);
  bool AnswerNext(Connection* connection, bool* answered);
  static bool DripOne(Connection* connection);
  void Close(const Connection& connection);

  const Script script_;
  int listen_fd_ = -1;
  int stop_fd_ = -1;
  uint16_t port_ = 0;

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Request> requests_ POSTERN_GUARDED_BY(mutex_);
  size_t accepted_ POSTERN_GUARDED_BY(mutex_) = 0;
  size_t closed_ POSTERN_GUARDED_BY(mutex_) = 0;

  std::thread thread_;
};

// HttpResponse writes a reply of HTTP/1.1 with a Content-Length.
std::string HttpResponse(int status, const std::map<std::string, std::string>& headers,
                         const std::string& body);

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_SCRIPTED_HTTP_SERVER_H_
