// The staples of a server's configuration as text for people. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_STAPLES_TEXT_H_
#define POSTERN_CLIENT_POSTERNCTL_STAPLES_TEXT_H_

#include <string>
#include <vector>

#include "client/posternctl/text.h"
#include "postern/v1/revocation.pb.h"

namespace postern::posternctl {

// StapleRow gives a row of Table: name, status, source, times and trouble.
std::vector<std::string> StapleRow(const v1::Staple& staple, const TextOptions& options);

// StapleText tells all of one.
std::string StapleText(const v1::Staple& staple, const TextOptions& options);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_STAPLES_TEXT_H_
