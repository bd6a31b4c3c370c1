#include "server/core/revocation/crl_reason.h"

namespace postern {

const char* NameOf(CrlReason reason) {
  switch (reason) {
    case CrlReason::kTooLarge:
      return "TOO_LARGE";
    case CrlReason::kMalformed:
      return "MALFORMED";
    case CrlReason::kCriticalExtension:
      return "CRITICAL_EXTENSION";
    case CrlReason::kDelta:
      return "DELTA";
    case CrlReason::kIndirect:
      return "INDIRECT";
    case CrlReason::kSomeReasons:
      return "SOME_REASONS";
    case CrlReason::kWrongIssuer:
      return "WRONG_ISSUER";
    case CrlReason::kKeyUsage:
      return "KEY_USAGE";
    case CrlReason::kSignature:
      return "SIGNATURE";
    case CrlReason::kWeakSignature:
      return "WEAK_SIGNATURE";
    case CrlReason::kUnknownAlgorithm:
      return "UNKNOWN_ALGORITHM";
    case CrlReason::kChain:
      return "CHAIN";
    case CrlReason::kScope:
      return "SCOPE";
    case CrlReason::kDistributionPoint:
      return "DISTRIBUTION_POINT";
    case CrlReason::kDistributionPointUnknown:
      return "DISTRIBUTION_POINT_UNKNOWN";
    case CrlReason::kCertificateExpired:
      return "CERTIFICATE_EXPIRED";
    case CrlReason::kNotYet:
      return "NOT_YET";
    case CrlReason::kStale:
      return "STALE";
    case CrlReason::kTooOld:
      return "TOO_OLD";
    case CrlReason::kNoNextUpdate:
      return "NO_NEXT_UPDATE";
    case CrlReason::kTimesContradict:
      return "TIMES_CONTRADICT";
    case CrlReason::kNone:
      break;
  }
  return "NONE";
}

const char* DetailOf(CrlReason reason) {
  switch (reason) {
    case CrlReason::kTooLarge:
      return "the CRL is larger than any that is read";
    case CrlReason::kMalformed:
      return "the CRL is not one in DER";
    case CrlReason::kCriticalExtension:
      return "the CRL, or an entry, has a critical extension that is not known";
    case CrlReason::kDelta:
      return "the CRL is a delta CRL: the complete one is needed";
    case CrlReason::kIndirect:
      return "the CRL is an indirect CRL: the issuer's own is needed";
    case CrlReason::kSomeReasons:
      return "the CRL is for some reasons of revocation only";
    case CrlReason::kWrongIssuer:
      return "the CRL is not the certificate's issuer's";
    case CrlReason::kKeyUsage:
      return "the key usage of the issuer has no cRLSign";
    case CrlReason::kSignature:
      return "the issuer's key did not sign the CRL";
    case CrlReason::kWeakSignature:
      return "the CRL is signed with a weak algorithm or a weak key";
    case CrlReason::kUnknownAlgorithm:
      return "the CRL is signed with an algorithm or a kind of key that is not known";
    case CrlReason::kChain:
      return "the certificate is not the issuer's";
    case CrlReason::kScope:
      return "the CRL is not for this kind of certificate";
    case CrlReason::kDistributionPoint:
      return "the CRL's distribution point is none of the certificate's";
    case CrlReason::kDistributionPointUnknown:
      return "the certificate's CRL distribution points cannot be read";
    case CrlReason::kCertificateExpired:
      return "the certificate has expired, and a CRL leaves out such certificates";
    case CrlReason::kNotYet:
      return "thisUpdate is in the future";
    case CrlReason::kStale:
      return "nextUpdate has passed: a newer CRL is needed";
    case CrlReason::kTooOld:
      return "thisUpdate is too long ago: a newer CRL is needed";
    case CrlReason::kNoNextUpdate:
      return "the CRL has no nextUpdate";
    case CrlReason::kTimesContradict:
      return "nextUpdate is before thisUpdate";
    case CrlReason::kNone:
      break;
  }
  return "";
}

}  // namespace postern
