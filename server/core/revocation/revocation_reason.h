// Why, and since when, a certificate is revoked (RFC 5280, section 5.3.1).
#ifndef POSTERN_SERVER_CORE_REVOCATION_REVOCATION_REASON_H_
#define POSTERN_SERVER_CORE_REVOCATION_REVOCATION_REASON_H_

#include <cstdint>

#include "absl/time/time.h"

namespace postern {

// RevocationReason is a CRLReason, numbered as there.
enum class RevocationReason : uint8_t {
  kUnspecified = 0,  // also: none was given
  kKeyCompromise = 1,
  kCaCompromise = 2,
  kAffiliationChanged = 3,
  kSuperseded = 4,
  kCessationOfOperation = 5,
  kCertificateHold = 6,
  kRemoveFromCrl = 8,
  kPrivilegeWithdrawn = 9,
  kAaCompromise = 10,
};

// RevocationReasonOf maps a number; kUnspecified for one that is not assigned. A
// certificate is revoked for whatever reason.
constexpr RevocationReason RevocationReasonOf(uint8_t number) {
  return number > 10 || number == 7 ? RevocationReason::kUnspecified
                                    : static_cast<RevocationReason>(number);
}

// Revocation is one certificate's.
struct Revocation {
  absl::Time time;
  RevocationReason reason = RevocationReason::kUnspecified;
};

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_REVOCATION_REASON_H_
