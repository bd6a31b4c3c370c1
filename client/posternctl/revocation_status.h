// The exit statuses of verdicts on revocation. Pure.
#ifndef POSTERN_CLIENT_POSTERNCTL_REVOCATION_STATUS_H_
#define POSTERN_CLIENT_POSTERNCTL_REVOCATION_STATUS_H_

#include "postern/v1/revocation.pb.h"
#include "postern/v1/revocation_verdict.pb.h"

namespace postern::posternctl {

// ExitStatusOf gives 0 for GOOD, 75 where the responder says that it could not answer now
// (TRY_LATER, INTERNAL_ERROR), else 1; 70 for a status that this program does not know.
int ExitStatusOf(const v1::StapleVerdict& verdict);

// ExitStatusOf gives that of the verdict; without one 75 if a responder was asked, which may
// answer another time, else 1.
int ExitStatusOf(const v1::FetchStapleResponse& fetched);

// ExitStatusOf gives 0 for GOOD, else 1; 70 as above.
int ExitStatusOf(const v1::CrlVerdict& verdict);

// ExitStatusOf gives 0 for GOOD and NOT_AVAILABLE, 75 for PENDING, else 1; 70 as above.
int ExitStatusOf(const v1::Staple& staple);

}  // namespace postern::posternctl

#endif  // POSTERN_CLIENT_POSTERNCTL_REVOCATION_STATUS_H_
