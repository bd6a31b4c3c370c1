#include "server/core/revocation/staple_change.h"

#include "server/core/revocation/revocation_reason.h"

namespace postern {
namespace {

using Status = StapleVerdict::Status;

bool IsRevoked(const StapleVerdict& verdict) { return verdict.status == Status::kRevoked; }

bool IsFinal(const StapleVerdict& verdict) {
  return IsRevoked(verdict) && verdict.revocation_reason != RevocationReason::kCertificateHold;
}

}  // namespace

StapleChange JudgeStapleChange(const StapleVerdict* kept, const StapleVerdict& fresh,
                               absl::Time now) {
  if (!IsStatement(fresh)) return StapleChange::kNone;
  if (!IsRevoked(fresh) && fresh.use_until <= now) return StapleChange::kEnded;
  if (kept == nullptr) return StapleChange::kTake;
  if (IsFinal(*kept) && !IsFinal(fresh)) return StapleChange::kFinal;
  if (IsRevoked(fresh) != IsRevoked(*kept)) {
    return IsRevoked(fresh) || fresh.this_update > kept->this_update ? StapleChange::kTake
                                                                     : StapleChange::kOlder;
  }
  if (!IsRevoked(*kept) && kept->use_until <= now) return StapleChange::kTake;
  if (fresh.this_update < kept->this_update) return StapleChange::kOlder;
  const bool is_newer = fresh.this_update > kept->this_update || fresh.use_until > kept->use_until;
  return is_newer ? StapleChange::kTake : StapleChange::kRepeat;
}

}  // namespace postern
