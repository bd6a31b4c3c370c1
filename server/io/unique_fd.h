// File descriptors and open folders that are closed.
#ifndef POSTERN_SERVER_IO_UNIQUE_FD_H_
#define POSTERN_SERVER_IO_UNIQUE_FD_H_

#include <dirent.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace postern {

// UniqueFd owns a descriptor; -1 for none.
class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    Reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  void Reset(int fd = -1) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using UniqueFolder = std::unique_ptr<DIR, CloseFolder>;

}  // namespace postern

#endif  // POSTERN_SERVER_IO_UNIQUE_FD_H_
