#include "server/core/revocation/crl_reason.h"

namespace postern {

const char* WordsOf(CrlReason reason) {
  switch (reason) {
    case CrlReason::kNotListed:
      return "the certificate is not on the CRL";
    case CrlReason::kListed:
      return "the certificate is on the CRL";
    case CrlReason::kTooLarge:
      return "the CRL is larger than any that is read";
    case CrlReason::kMalformed:
      return "the CRL is not one in DER";
    case CrlReason::kUnknownCriticalExtension:
      return "the CRL has a critical extension that is not known here";
    case CrlReason::kDelta:
      return "the CRL is a delta CRL";
    case CrlReason::kIndirect:
      return "the CRL is an indirect CRL";
    case CrlReason::kPartialReasons:
      return "the CRL is for some reasons of revocation only";
    case CrlReason::kWrongIssuer:
      return "the CRL is not the certificate's issuer's";
    case CrlReason::kKeyUsage:
      return "the issuer's key usage does not have cRLSign";
    case CrlReason::kSignatureInvalid:
      return "the CRL's signature is not one by the issuer's key";
    case CrlReason::kAlgorithmUnknown:
      return "the CRL's signature algorithm is not known here";
    case CrlReason::kAlgorithmWeak:
      return "the CRL's signature algorithm is weak";
    case CrlReason::kKeyUnknown:
      return "the issuer's key is of a kind that is not known here";
    case CrlReason::kKeyWeak:
      return "the issuer's key is weak";
    case CrlReason::kNotIssuedBy:
      return "the certificate was not issued by the issuer that is given";
    case CrlReason::kOutOfScope:
      return "the CRL is not for certificates of this kind";
    case CrlReason::kDistributionPoint:
      return "the CRL's distribution point is none of the certificate's";
    case CrlReason::kDistributionPointUnknown:
      return "the certificate's CRL distribution points cannot be read";
    case CrlReason::kCertificateExpired:
      return "the certificate has expired, and CRLs leave out such certificates";
    case CrlReason::kNotYetValid:
      return "the CRL's thisUpdate is in the future";
    case CrlReason::kStale:
      return "the CRL's nextUpdate is past";
    case CrlReason::kNoNextUpdate:
      return "the CRL has no nextUpdate";
    case CrlReason::kTooOld:
      return "the CRL's thisUpdate is too long ago";
  }
  return "";
}

}  // namespace postern
