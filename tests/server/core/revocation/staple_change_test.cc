#include "server/core/revocation/staple_change.h"

#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/revocation/staple.h"

namespace postern {

void PrintTo(StapleChange change, std::ostream* out) { *out << static_cast<int>(change); }

namespace {

using Status = StapleVerdict::Status;

const absl::Time kNow = absl::FromUnixSeconds(1'767'225'600);

StapleVerdict VerdictOf(Status status, int hours_old, int hours_left = 24) {
  StapleVerdict verdict;
  verdict.status = status;
  verdict.this_update = kNow - absl::Hours(hours_old);
  verdict.use_until = kNow + absl::Hours(hours_left);
  return verdict;
}

StapleVerdict Failed(Status status, StapleVerdict::Reason reason) {
  StapleVerdict verdict = VerdictOf(status, 0);
  verdict.reason = reason;
  return verdict;
}

TEST(JudgeStapleChange, Table) {
  const StapleVerdict good = VerdictOf(Status::kGood, 10);
  const StapleVerdict ended = VerdictOf(Status::kGood, 30, -1);
  const StapleVerdict revoked = VerdictOf(Status::kRevoked, 10);
  StapleVerdict compromised = revoked;
  compromised.revocation_reason = RevocationReason::kKeyCompromise;
  StapleVerdict held = revoked;
  held.revocation_reason = RevocationReason::kCertificateHold;
  StapleVerdict held_later = held;
  held_later.this_update += absl::Hours(1);
  const struct {
    const char* label;
    const StapleVerdict* kept;
    StapleVerdict fresh;
    StapleChange expected;
  } cases[] = {
      {"the first good", nullptr, good, StapleChange::kTake},
      {"the first revoked", nullptr, revoked, StapleChange::kTake},
      {"the first, which has ended", nullptr, ended, StapleChange::kEnded},
      {"newer good", &good, VerdictOf(Status::kGood, 9), StapleChange::kTake},
      {"older good", &good, VerdictOf(Status::kGood, 11, 48), StapleChange::kOlder},
      {"the same good", &good, good, StapleChange::kRepeat},
      {"as new, counting longer", &good, VerdictOf(Status::kGood, 10, 25), StapleChange::kTake},
      {"as new, counting less long", &good, VerdictOf(Status::kGood, 10, 23),
       StapleChange::kRepeat},
      {"older good after the end", &ended, VerdictOf(Status::kGood, 40), StapleChange::kTake},
      {"unknown", &good, VerdictOf(Status::kUnknown, 0), StapleChange::kNone},
      {"unknown for the first (O-10)", nullptr, VerdictOf(Status::kUnknown, 0),
       StapleChange::kNone},
      {"tryLater (O-7)", &good, Failed(Status::kUnknown, StapleVerdict::Reason::kResponderTryLater),
       StapleChange::kNone},
      {"unauthorized (O-7)", nullptr,
       Failed(Status::kUnknown, StapleVerdict::Reason::kResponderUnauthorized),
       StapleChange::kNone},
      {"a wrong signature", &good, Failed(Status::kInvalid, StapleVerdict::Reason::kSignature),
       StapleChange::kNone},
      {"revoked, newer", &good, VerdictOf(Status::kRevoked, 1), StapleChange::kTake},
      {"revoked, older", &good, VerdictOf(Status::kRevoked, 20), StapleChange::kTake},
      {"good after revoked", &revoked, VerdictOf(Status::kGood, 1), StapleChange::kFinal},
      {"good after a compromise", &compromised, VerdictOf(Status::kGood, 1), StapleChange::kFinal},
      {"a hold after revoked", &revoked, held_later, StapleChange::kFinal},
      {"revoked for good after a hold", &held, VerdictOf(Status::kRevoked, 1), StapleChange::kTake},
      {"good after a hold, newer", &held, VerdictOf(Status::kGood, 1), StapleChange::kTake},
      {"good after a hold, as new", &held, good, StapleChange::kOlder},
      {"good after a hold, older", &held, VerdictOf(Status::kGood, 20), StapleChange::kOlder},
      {"revoked again", &revoked, VerdictOf(Status::kRevoked, 1), StapleChange::kTake},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(JudgeStapleChange(one.kept, one.fresh, kNow), one.expected) << one.label;
  }
}

}  // namespace
}  // namespace postern
