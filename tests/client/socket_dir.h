// A folder with a short name: the path of a unix socket has 107 bytes at most,
// and a test's own folder may be deeper.
#ifndef POSTERN_TESTS_CLIENT_SOCKET_DIR_H_
#define POSTERN_TESTS_CLIENT_SOCKET_DIR_H_

#include <cstdlib>
#include <filesystem>
#include <string>

namespace postern {

// SocketDir is a new folder below /tmp, removed with the object.
class SocketDir {
 public:
  SocketDir() {
    std::string path = "/tmp/postern.XXXXXX";
    if (mkdtemp(path.data()) == nullptr) std::abort();
    path_ = path;
  }
  ~SocketDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SocketDir(const SocketDir&) = delete;
  SocketDir& operator=(const SocketDir&) = delete;

  // Target gives gRPC's name of the socket `name` in the folder.
  std::string Target(const std::string& name) const { return "unix:" + path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_CLIENT_SOCKET_DIR_H_
