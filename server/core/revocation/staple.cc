#include "server/core/revocation/staple.h"

namespace postern {

bool IsStatement(const StapleVerdict& verdict) {
  return verdict.reason == StapleVerdict::Reason::kNone &&
         (verdict.status == StapleVerdict::Status::kGood ||
          verdict.status == StapleVerdict::Status::kRevoked);
}

const char* NameOf(StapleVerdict::Status status) {
  switch (status) {
    case StapleVerdict::Status::kGood:
      return "GOOD";
    case StapleVerdict::Status::kRevoked:
      return "REVOKED";
    case StapleVerdict::Status::kUnknown:
      return "UNKNOWN";
    case StapleVerdict::Status::kInvalid:
      break;
  }
  return "INVALID";
}

const char* NameOf(StapleVerdict::Reason reason) {
  using Reason = StapleVerdict::Reason;
  switch (reason) {
    case Reason::kNone:
      break;
    case Reason::kTooLarge:
      return "TOO_LARGE";
    case Reason::kMalformed:
      return "MALFORMED";
    case Reason::kMalformedTime:
      return "MALFORMED_TIME";
    case Reason::kResponseType:
      return "RESPONSE_TYPE";
    case Reason::kVersion:
      return "VERSION";
    case Reason::kCriticalExtension:
      return "CRITICAL_EXTENSION";
    case Reason::kResponderMalformedRequest:
      return "MALFORMED_REQUEST";
    case Reason::kResponderInternalError:
      return "INTERNAL_ERROR";
    case Reason::kResponderTryLater:
      return "TRY_LATER";
    case Reason::kResponderSignatureRequired:
      return "SIGNATURE_REQUIRED";
    case Reason::kResponderUnauthorized:
      return "UNAUTHORIZED";
    case Reason::kResponderUnknownStatus:
      return "UNKNOWN_STATUS";
    case Reason::kCertId:
      return "CERT_ID";
    case Reason::kChain:
      return "CHAIN";
    case Reason::kUnauthorizedSigner:
      return "UNAUTHORIZED_SIGNER";
    case Reason::kSignature:
      return "SIGNATURE";
    case Reason::kWeakSignature:
      return "WEAK_SIGNATURE";
    case Reason::kNonce:
      return "NONCE";
    case Reason::kNotYet:
      return "NOT_YET";
    case Reason::kStale:
      return "STALE";
    case Reason::kTooOld:
      return "TOO_OLD";
    case Reason::kNoNextUpdate:
      return "NO_NEXT_UPDATE";
    case Reason::kTimesContradict:
      return "TIMES_CONTRADICT";
  }
  return "NONE";
}

const char* NameOf(StapleVerdict::Signer signer) {
  switch (signer) {
    case StapleVerdict::Signer::kIssuer:
      return "ISSUER";
    case StapleVerdict::Signer::kDelegate:
      return "DELEGATE";
    case StapleVerdict::Signer::kConfigured:
      return "CONFIGURED";
    case StapleVerdict::Signer::kNone:
      break;
  }
  return "NONE";
}

}  // namespace postern
