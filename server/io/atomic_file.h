// Files that others read while we write them: at any instant there is the old one or
// the new one, also after a crash or a loss of power.
//
// What is being written has a temporary name in the same folder, ".postern-HEX.tmp",
// and is locked (flock) while its writer lives, so that what dead processes left can be
// told apart, in containers and on other machines too.
//
// Errors begin with the path, and tell what to do. Functions are thread safe.
#ifndef POSTERN_SERVER_IO_ATOMIC_FILE_H_
#define POSTERN_SERVER_IO_ATOMIC_FILE_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace postern {

// WriteFileAtomically replaces the file, or makes it, with the permissions `mode`
// whatever the umask; it is on the disk when this returns. A symbolic link at `path` is
// replaced, not followed. RESOURCE_EXHAUSTED: no room.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view bytes, mode_t mode);

// RemoveFile removes it, if it is there, from the disk too.
absl::Status RemoveFile(const std::string& path);

// CheckFolder tells whether files can be written there.
absl::Status CheckFolder(const std::string& folder);

// RemoveOldTemporaries removes what dead processes left. To be called at the start.
absl::Status RemoveOldTemporaries(const std::string& folder);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_ATOMIC_FILE_H_
