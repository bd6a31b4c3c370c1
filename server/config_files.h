// What only the machine and libunbound can say of a configuration. For main.
#ifndef POSTERN_SERVER_CONFIG_FILES_H_
#define POSTERN_SERVER_CONFIG_FILES_H_

#include "server/config.h"

namespace postern {

// SystemConfigChecks reads the files that a configuration names, each a regular file of
// at most 1 MiB (PEM: kMaxPemFileBytes), and lets libunbound read its own and each trust
// anchor: what passes here is not refused at the start. Thread safe.
ConfigChecks SystemConfigChecks();

}  // namespace postern

#endif  // POSTERN_SERVER_CONFIG_FILES_H_
