// Where CRLs outlive the process: a folder, with one file for each.
#ifndef POSTERN_SERVER_IO_REVOCATION_CRL_FOLDER_H_
#define POSTERN_SERVER_IO_REVOCATION_CRL_FOLDER_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/io/revocation/crl_key.h"
#include "server/io/revocation/crl_record.h"

namespace postern {

// CrlFolder reads and writes them. Files that it did not name are let be. Used by one
// thread, of one process.
class CrlFolder {
 public:
  // With an empty path nothing is kept.
  explicit CrlFolder(std::string path) : path_(std::move(path)) {}

  // Load hands over what is there, at most `limit` files, each when it has been read. What
  // cannot be read, or is no record, goes to `bad`, which gets words that begin with the
  // file's path.
  void Load(size_t limit, const std::function<void(const CrlRecord& record)>& found,
            const std::function<void(const std::string& problem)>& bad) const;

  // Save replaces it: after a crash at any instant there is the old one or the new one.
  absl::Status Save(const CrlKeyView& key, const CrlRecord& record) const;

  // Remove removes it, if it is there.
  absl::Status Remove(const CrlKeyView& key) const;

 private:
  std::string PathOf(const CrlKeyView& key) const;

  const std::string path_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_CRL_FOLDER_H_
