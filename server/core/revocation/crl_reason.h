// Why a CRL says of a certificate what it says, or nothing.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_

namespace postern {

enum class CrlReason {
  kNotListed,  // good
  kListed,     // revoked
  // The bytes.
  kTooLarge,
  kMalformed,
  kUnknownCriticalExtension,
  kDelta,           // one that only adds to another
  kIndirect,        // one for several issuers
  kPartialReasons,  // one that leaves out some reasons
  // The issuer.
  kWrongIssuer,  // the CRL is another's
  kKeyUsage,     // the issuer may not sign CRLs
  kSignatureInvalid,
  kAlgorithmUnknown,
  kAlgorithmWeak,
  kKeyUnknown,
  kKeyWeak,
  // The certificate.
  kNotIssuedBy,               // the issuer is not this certificate's
  kOutOfScope,                // the CRL is for CA, end entity or attribute certificates only
  kDistributionPoint,         // the CRL is for another distribution point
  kDistributionPointUnknown,  // those of the certificate cannot be read
  kCertificateExpired,        // and so left out of CRLs whether it was revoked or not
  // The time.
  kNotYetValid,
  kStale,  // past nextUpdate
  kNoNextUpdate,
  kTooOld,  // by CrlOptions, though not by nextUpdate
};

// WordsOf returns words for a log, which name what to look at.
const char* WordsOf(CrlReason reason);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_
