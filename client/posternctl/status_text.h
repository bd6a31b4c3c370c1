// The server's state as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_STATUS_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_STATUS_TEXT_H_

#include <string>

#include "client/posternctl/text.h"
#include "postern/v1/admin.pb.h"

namespace postern::posternctl {

// StatusText tells the version, the health of each part, and the counts of cache
// and resolver.
std::string StatusText(const v1::GetStatusResponse& status, const TextOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_STATUS_TEXT_H_
