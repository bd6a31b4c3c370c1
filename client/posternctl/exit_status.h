// The exit statuses that scripts rely on. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_EXIT_STATUS_H_
#define POSTERN_CLIENT_POSTERNCTL_EXIT_STATUS_H_

#include "absl/status/status.h"
#include "postern/v1/admin.pb.h"
#include "postern/v1/handshake.pb.h"
#include "postern/v1/policy.pb.h"

namespace postern::posternctl {

inline constexpr int kExitFavourable = 0;
inline constexpr int kExitRefusal = 1;
inline constexpr int kExitUsage = 64;
inline constexpr int kExitInputFile = 65;
inline constexpr int kExitNoAnswer = 69;
inline constexpr int kExitBug = 70;
inline constexpr int kExitDefer = 75;

// ExitStatusOf gives the exit status of a policy: 0 if a host may be tried, 1 if
// the mail may be refused at once, 75 if it waits; 70 for a verdict that this
// program does not know.
int ExitStatusOf(const v1::DomainPolicy& policy);

// ExitStatusOf gives 0 if every part of the server is healthy, else 75: it may
// defer all mail.
int ExitStatusOf(const v1::GetStatusResponse& status);

// ExitStatusOf gives 0 if a client delivers over the connection, 1 if it goes to the
// next host; 70 for an action that this program does not know.
int ExitStatusOf(const v1::HandshakeVerdict& handshake);

// ExitStatusOfCall gives the exit status of a call that failed: 64 if the server
// refuses the request, 70 for a bug, 69 for all else.
int ExitStatusOfCall(const absl::Status& status);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_EXIT_STATUS_H_
