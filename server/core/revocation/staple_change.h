// Whether what a responder says now takes the place of what it said before.
//
// Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_STAPLE_CHANGE_H_
#define POSTERN_SERVER_CORE_REVOCATION_STAPLE_CHANGE_H_

#include "absl/time/time.h"
#include "server/core/revocation/staple.h"

namespace postern {

enum class StapleChange {
  kTake,    // it does
  kRepeat,  // it is the statement that is there already
  kOlder,   // it is valid, and older
  kEnded,   // it is valid by the clocks' skew alone, and may not be handed out
  kFinal,   // it is valid, and would undo a revocation that nothing undoes
  kNone,    // there is no valid statement, or it says unknown
};

// JudgeStapleChange compares the verdict on a response with the verdict on what is there,
// null for nothing. Revoked takes the place of good, whatever its age: a certificate that
// may be revoked is not to be vouched for. Good takes the place of good where it is newer, as
// new and counts for longer, or where that has ended; of revoked only where it is newer and
// the certificate was on hold: a revocation for any other reason, or for none, is for good
// (RFC 5280, section 5.3.1), and does not become a hold either.
StapleChange JudgeStapleChange(const StapleVerdict* kept, const StapleVerdict& fresh,
                               absl::Time now);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_STAPLE_CHANGE_H_
