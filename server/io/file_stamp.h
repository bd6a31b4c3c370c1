// What tells that a file has changed, without reading it.
#ifndef POSTERN_SERVER_IO_FILE_STAMP_H_
#define POSTERN_SERVER_IO_FILE_STAMP_H_

#include <cstdint>
#include <string>

namespace postern {

// FileStamp is which file is at a path, behind symbolic links, and how it is.
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = -1;  // -1: there is none
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;

  bool operator==(const FileStamp& other) const {
    return device == other.device && inode == other.inode && size == other.size &&
           modified_ns == other.modified_ns && changed_ns == other.changed_ns;
  }
  bool operator!=(const FileStamp& other) const { return !(*this == other); }
};

// StampOf looks at a path; an empty one, and one where nothing is, has the first stamp.
FileStamp StampOf(const std::string& path);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_FILE_STAMP_H_
