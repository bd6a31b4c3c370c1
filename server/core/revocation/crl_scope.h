// Which certificates a CRL is for, by its extensions (RFC 5280, section 5.2).
//
//   IssuingDistributionPoint ::= SEQUENCE {
//     distributionPoint [0] DistributionPointName OPTIONAL,
//     onlyContainsUserCerts [1] BOOLEAN DEFAULT FALSE,
//     onlyContainsCACerts [2] BOOLEAN DEFAULT FALSE,
//     onlySomeReasons [3] ReasonFlags OPTIONAL,
//     indirectCRL [4] BOOLEAN DEFAULT FALSE,
//     onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
//
// Functions are pure and thread safe.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_SCOPE_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_SCOPE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/revocation/crl_reason.h"

namespace postern {

inline constexpr size_t kMaxCrlExtensions = 32;
inline constexpr size_t kMaxPointNames = 16;
inline constexpr size_t kMaxPointNameBytes = 2048;

// CrlScope is what remains to be asked of a certificate.
struct CrlScope {
  enum class Kind { kAny, kEndEntity, kCa, kAttribute };
  Kind kind = Kind::kAny;
  // The CRL is for one distribution point only, which has these names, each a
  // GeneralName in DER. None where it has a relative name, which nothing matches.
  bool has_point = false;
  std::vector<std::string> point_names;
  // cRLNumber (section 5.2.3): the contents of an INTEGER of 0 or more; empty if
  // there is none. Of two CRLs of one scope the later has the higher.
  std::string number;
};

// ReadCrlScope reads the contents of crlExtensions [0]. Returns why the CRL is of no
// use for any certificate: deltas, indirect ones and those for some reasons only
// (sections 5.2.4 and 5.2.5) are not, nor what has a critical extension that is
// unknown.
CrlReason ReadCrlScope(absl::string_view contents, CrlScope& scope);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_SCOPE_H_
