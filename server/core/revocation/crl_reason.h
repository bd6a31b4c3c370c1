// Why a CRL is no valid statement on a certificate.
#ifndef POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_
#define POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_

namespace postern {

enum class CrlReason {
  kNone,  // it is one
  // The bytes.
  kTooLarge,
  kMalformed,
  kCriticalExtension,  // of the CRL or an entry, and not known here
  kDelta,              // a CRL that only adds to another
  kIndirect,           // one of several issuers
  kSomeReasons,        // one that leaves out some reasons
  // The issuer.
  kWrongIssuer,  // the CRL is another's
  kKeyUsage,     // it may not sign CRLs
  kSignature,
  kWeakSignature,     // of a weak algorithm, or by a weak key
  kUnknownAlgorithm,  // or key
  // The certificate.
  kChain,                     // it is not the issuer's
  kScope,                     // the CRL is for CA, end entity or attribute certificates only
  kDistributionPoint,         // the CRL is for another one
  kDistributionPointUnknown,  // the certificate's own cannot be read
  kCertificateExpired,        // it is then left out of CRLs, revoked or not
  // When.
  kNotYet,
  kStale,  // nextUpdate has passed
  kTooOld,
  kNoNextUpdate,
  kTimesContradict,  // nextUpdate before thisUpdate
};

// NameOf returns the word of proto and command line: "STALE".
const char* NameOf(CrlReason reason);

// DetailOf returns words for people, which say what to look at.
const char* DetailOf(CrlReason reason);

}  // namespace postern

#endif  // POSTERN_SERVER_CORE_REVOCATION_CRL_REASON_H_
