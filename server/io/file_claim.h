// The right to do something, between processes, by a file that is locked.
#ifndef POSTERN_SERVER_IO_FILE_CLAIM_H_
#define POSTERN_SERVER_IO_FILE_CLAIM_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "server/io/unique_fd.h"

namespace postern {

// FileClaim holds flock(2) on a file, which goes with it. A process that dies leaves
// the file, but no claim. Thread safe: two claims in one process exclude each other too.
class FileClaim {
 public:
  // Try returns null while another holds it. Errors name the file.
  static absl::StatusOr<std::unique_ptr<FileClaim>> Try(const std::string& path);

  // Gives the claim back, and removes the file.
  ~FileClaim();
  FileClaim(const FileClaim&) = delete;
  FileClaim& operator=(const FileClaim&) = delete;

 private:
  FileClaim(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  const std::string path_;
  const UniqueFd fd_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_FILE_CLAIM_H_
