// What the operator decides of judging staples and CRLs, and the options of each check
// that follow. Pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_REVOCATION_OPTIONS_H_
#define POSTERN_SERVER_CORE_REVOCATION_REVOCATION_OPTIONS_H_

#include <optional>

#include "absl/time/time.h"
#include "server/core/revocation/check_crl.h"
#include "server/core/revocation/staple.h"

namespace postern {

// RevocationOptions has by default no check left out.
struct RevocationOptions {
  bool allow_sha1 = false;                 // in signatures of staples and CRLs
  bool allow_missing_next_update = false;  // of staples and CRLs
  std::optional<absl::Duration> max_staple_age;
  // RFC 7633, section 4.2.3.1: a CRL, or a response that was fetched, does instead of the
  // staple that a certificate demands.
  bool must_staple_out_of_band = false;
};

inline StapleOptions StapleOptionsOf(const RevocationOptions& options,
                                     bool chain_is_verified = false) {
  StapleOptions checks;
  checks.max_age = options.max_staple_age;
  checks.allow_sha1 = options.allow_sha1;
  checks.allow_missing_next_update = options.allow_missing_next_update;
  checks.chain_is_verified = chain_is_verified;
  return checks;
}

inline CrlOptions CrlOptionsOf(const RevocationOptions& options, bool chain_is_verified = false) {
  CrlOptions checks;
  checks.allow_missing_next_update = options.allow_missing_next_update;
  checks.allow_sha1 = options.allow_sha1;
  checks.chain_is_verified = chain_is_verified;
  return checks;
}

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_REVOCATION_OPTIONS_H_
