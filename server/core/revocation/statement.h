// Which of the statements on a certificate counts, and until when (RFC 6960, section
// 4.2.2.1; decision 6).
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_STATEMENT_H_
#define POSTERN_SERVER_CORE_REVOCATION_STATEMENT_H_

#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/staple.h"

namespace postern {

// Statement is one of the statements.
struct Statement {
  const SingleResponse* single = nullptr;
  // Why its time is not now: kNotYet, kNoNextUpdate, kTimesContradict, kStale, kTooOld.
  // kNone: it counts.
  StapleVerdict::Reason fault = StapleVerdict::Reason::kNone;
  absl::Time end;  // of what counts
};

// ChooseStatement chooses from at least one: of those whose time it is, revoked before
// good before unknown, and of equal ones that which ends first. One whose time it is
// not only where there is no other.
Statement ChooseStatement(absl::Span<const SingleResponse* const> statements, absl::Time now,
                          absl::Duration max_age, const StapleOptions& options);

// DescribeFault writes a fault for people.
std::string DescribeFault(const Statement& statement);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_STATEMENT_H_
