// What the staples' hook is told of a change.
#ifndef POSTERN_SERVER_IO_REVOCATION_STAPLE_HOOK_H_
#define POSTERN_SERVER_IO_REVOCATION_STAPLE_HOOK_H_

#include "server/io/command_hook.h"
#include "server/io/revocation/staple_files.h"
#include "server/io/revocation/staple_source.h"

namespace postern {

// StapleHookChange is the change of one certificate's files, whose key is its name:
// POSTERN_STAPLE_NAME, _STATUS ("GOOD"), _FILE (DER), _PEM_FILE, _USE_UNTIL (RFC 3339), and
// POSTERN_CERTIFICATE_FILE. What there is not has no variable. Pure and thread safe.
CommandHook::Change StapleHookChange(const KeptStaple& staple, const StapleFilePaths& paths);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_STAPLE_HOOK_H_
