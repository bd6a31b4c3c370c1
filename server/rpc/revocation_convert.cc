#include "server/rpc/revocation_convert.h"

#include <cstddef>
#include <string>

#include "absl/time/time.h"
#include "server/core/revocation/crl_reason.h"
#include "server/core/revocation/must_staple.h"
#include "server/core/x509/name_text.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

constexpr size_t kMaxDetailBytes = 512;

v1::StapleVerdict::Status Convert(StapleVerdict::Status value) {
  switch (value) {
    case StapleVerdict::Status::kInvalid:
      return v1::StapleVerdict::INVALID;
    case StapleVerdict::Status::kGood:
      return v1::StapleVerdict::GOOD;
    case StapleVerdict::Status::kRevoked:
      return v1::StapleVerdict::REVOKED;
    case StapleVerdict::Status::kUnknown:
      return v1::StapleVerdict::UNKNOWN;
  }
  return v1::StapleVerdict::INVALID;
}

v1::StapleVerdict::Reason Convert(StapleVerdict::Reason value) {
  using Reason = StapleVerdict::Reason;
  switch (value) {
    case Reason::kNone:
      return v1::StapleVerdict::REASON_UNSPECIFIED;
    case Reason::kTooLarge:
      return v1::StapleVerdict::TOO_LARGE;
    case Reason::kMalformed:
      return v1::StapleVerdict::MALFORMED;
    case Reason::kMalformedTime:
      return v1::StapleVerdict::MALFORMED_TIME;
    case Reason::kResponseType:
      return v1::StapleVerdict::RESPONSE_TYPE;
    case Reason::kVersion:
      return v1::StapleVerdict::VERSION;
    case Reason::kCriticalExtension:
      return v1::StapleVerdict::CRITICAL_EXTENSION;
    case Reason::kResponderMalformedRequest:
      return v1::StapleVerdict::MALFORMED_REQUEST;
    case Reason::kResponderInternalError:
      return v1::StapleVerdict::INTERNAL_ERROR;
    case Reason::kResponderTryLater:
      return v1::StapleVerdict::TRY_LATER;
    case Reason::kResponderSignatureRequired:
      return v1::StapleVerdict::SIGNATURE_REQUIRED;
    case Reason::kResponderUnauthorized:
      return v1::StapleVerdict::UNAUTHORIZED;
    case Reason::kResponderUnknownStatus:
      return v1::StapleVerdict::UNKNOWN_STATUS;
    case Reason::kCertId:
      return v1::StapleVerdict::CERT_ID;
    case Reason::kChain:
      return v1::StapleVerdict::CHAIN;
    case Reason::kUnauthorizedSigner:
      return v1::StapleVerdict::UNAUTHORIZED_SIGNER;
    case Reason::kSignature:
      return v1::StapleVerdict::SIGNATURE;
    case Reason::kWeakSignature:
      return v1::StapleVerdict::WEAK_SIGNATURE;
    case Reason::kNonce:
      return v1::StapleVerdict::NONCE;
    case Reason::kNotYet:
      return v1::StapleVerdict::NOT_YET;
    case Reason::kStale:
      return v1::StapleVerdict::STALE;
    case Reason::kTooOld:
      return v1::StapleVerdict::TOO_OLD;
    case Reason::kNoNextUpdate:
      return v1::StapleVerdict::NO_NEXT_UPDATE;
    case Reason::kTimesContradict:
      return v1::StapleVerdict::TIMES_CONTRADICT;
  }
  return v1::StapleVerdict::MALFORMED;
}

v1::StapleVerdict::Signer Convert(StapleVerdict::Signer value) {
  switch (value) {
    case StapleVerdict::Signer::kNone:
      return v1::StapleVerdict::SIGNER_UNSPECIFIED;
    case StapleVerdict::Signer::kIssuer:
      return v1::StapleVerdict::ISSUER;
    case StapleVerdict::Signer::kDelegate:
      return v1::StapleVerdict::DELEGATE;
    case StapleVerdict::Signer::kConfigured:
      return v1::StapleVerdict::CONFIGURED;
  }
  return v1::StapleVerdict::SIGNER_UNSPECIFIED;
}

v1::CrlVerdict::Status Convert(CrlVerdict::Status value) {
  switch (value) {
    case CrlVerdict::Status::kInvalid:
      return v1::CrlVerdict::INVALID;
    case CrlVerdict::Status::kGood:
      return v1::CrlVerdict::GOOD;
    case CrlVerdict::Status::kRevoked:
      return v1::CrlVerdict::REVOKED;
  }
  return v1::CrlVerdict::INVALID;
}

v1::CrlVerdict::Reason Convert(CrlReason value) {
  switch (value) {
    case CrlReason::kNone:
      return v1::CrlVerdict::REASON_UNSPECIFIED;
    case CrlReason::kTooLarge:
      return v1::CrlVerdict::TOO_LARGE;
    case CrlReason::kMalformed:
      return v1::CrlVerdict::MALFORMED;
    case CrlReason::kCriticalExtension:
      return v1::CrlVerdict::CRITICAL_EXTENSION;
    case CrlReason::kDelta:
      return v1::CrlVerdict::DELTA;
    case CrlReason::kIndirect:
      return v1::CrlVerdict::INDIRECT;
    case CrlReason::kSomeReasons:
      return v1::CrlVerdict::SOME_REASONS;
    case CrlReason::kWrongIssuer:
      return v1::CrlVerdict::WRONG_ISSUER;
    case CrlReason::kKeyUsage:
      return v1::CrlVerdict::KEY_USAGE;
    case CrlReason::kSignature:
      return v1::CrlVerdict::SIGNATURE;
    case CrlReason::kWeakSignature:
      return v1::CrlVerdict::WEAK_SIGNATURE;
    case CrlReason::kUnknownAlgorithm:
      return v1::CrlVerdict::UNKNOWN_ALGORITHM;
    case CrlReason::kChain:
      return v1::CrlVerdict::CHAIN;
    case CrlReason::kScope:
      return v1::CrlVerdict::SCOPE;
    case CrlReason::kDistributionPoint:
      return v1::CrlVerdict::DISTRIBUTION_POINT;
    case CrlReason::kDistributionPointUnknown:
      return v1::CrlVerdict::DISTRIBUTION_POINT_UNKNOWN;
    case CrlReason::kCertificateExpired:
      return v1::CrlVerdict::CERTIFICATE_EXPIRED;
    case CrlReason::kNotYet:
      return v1::CrlVerdict::NOT_YET;
    case CrlReason::kStale:
      return v1::CrlVerdict::STALE;
    case CrlReason::kTooOld:
      return v1::CrlVerdict::TOO_OLD;
    case CrlReason::kNoNextUpdate:
      return v1::CrlVerdict::NO_NEXT_UPDATE;
    case CrlReason::kTimesContradict:
      return v1::CrlVerdict::TIMES_CONTRADICT;
  }
  return v1::CrlVerdict::MALFORMED;
}

v1::RevocationVerdict::Status Convert(RevocationVerdict::Status value) {
  switch (value) {
    case RevocationVerdict::Status::kGood:
      return v1::RevocationVerdict::GOOD;
    case RevocationVerdict::Status::kRevoked:
      return v1::RevocationVerdict::REVOKED;
    case RevocationVerdict::Status::kUnknown:
      return v1::RevocationVerdict::UNKNOWN;
    case RevocationVerdict::Status::kNotAvailable:
      return v1::RevocationVerdict::NOT_AVAILABLE;
    case RevocationVerdict::Status::kNotApplicable:
      return v1::RevocationVerdict::NOT_APPLICABLE;
  }
  return v1::RevocationVerdict::UNKNOWN;
}

v1::RevocationVerdict::Source Convert(RevocationVerdict::Source value) {
  switch (value) {
    case RevocationVerdict::Source::kNone:
      return v1::RevocationVerdict::SOURCE_UNSPECIFIED;
    case RevocationVerdict::Source::kStaple:
      return v1::RevocationVerdict::STAPLE;
    case RevocationVerdict::Source::kOcsp:
      return v1::RevocationVerdict::OCSP;
    case RevocationVerdict::Source::kCrl:
      return v1::RevocationVerdict::CRL;
  }
  return v1::RevocationVerdict::SOURCE_UNSPECIFIED;
}

v1::RevocationVerdict::MustStaple Convert(MustStaple value) {
  switch (value) {
    case MustStaple::kNotRequired:
      return v1::RevocationVerdict::MUST_STAPLE_UNSPECIFIED;
    case MustStaple::kNotOffered:
      return v1::RevocationVerdict::NOT_OFFERED;
    case MustStaple::kStapled:
      return v1::RevocationVerdict::STAPLED;
    case MustStaple::kOutOfBand:
      return v1::RevocationVerdict::OUT_OF_BAND;
    case MustStaple::kMissing:
      return v1::RevocationVerdict::MISSING;
  }
  return v1::RevocationVerdict::MISSING;
}

// Whether a Timestamp holds a time: it ends with the year 9999.
bool IsTimestamp(absl::Time time) {
  constexpr int64_t kEndSeconds = 253402300800;
  return time >= absl::FromUnixSeconds(kMinTimestampSeconds) &&
         time < absl::FromUnixSeconds(kEndSeconds);
}

}  // namespace

void ToProto(const StapleVerdict& verdict, v1::StapleVerdict* proto) {
  proto->set_status(Convert(verdict.status));
  proto->set_reason(Convert(verdict.reason));
  proto->set_detail(verdict.detail.substr(0, kMaxDetailBytes));
  if (verdict.revocation_time && IsTimestamp(*verdict.revocation_time)) {
    TimeToProto(*verdict.revocation_time, *proto->mutable_revocation_time());
  }
  if (verdict.revocation_reason) {
    proto->set_revocation_reason(static_cast<uint32_t>(*verdict.revocation_reason));
  }
  if (IsTimestamp(verdict.produced_at)) {
    TimeToProto(verdict.produced_at, *proto->mutable_produced_at());
  }
  if (IsTimestamp(verdict.this_update)) {
    TimeToProto(verdict.this_update, *proto->mutable_this_update());
  }
  if (verdict.next_update && IsTimestamp(*verdict.next_update)) {
    TimeToProto(*verdict.next_update, *proto->mutable_next_update());
  }
  if (IsTimestamp(verdict.use_until)) {
    TimeToProto(verdict.use_until, *proto->mutable_use_until());
  }
  proto->set_signer(Convert(verdict.signer));
  if (!verdict.signer_name.empty()) proto->set_signer_name(NameText(verdict.signer_name));
  proto->set_signer_is_unchecked(verdict.signer_is_unchecked);
}

void ToProto(const CrlVerdict& verdict, v1::CrlVerdict* proto) {
  proto->set_status(Convert(verdict.status));
  proto->set_reason(Convert(verdict.reason));
  if (verdict.reason != CrlReason::kNone) proto->set_detail(DetailOf(verdict.reason));
  if (verdict.revocation) {
    if (IsTimestamp(verdict.revocation->time)) {
      TimeToProto(verdict.revocation->time, *proto->mutable_revocation_time());
    }
    proto->set_revocation_reason(static_cast<uint32_t>(verdict.revocation->reason));
  }
  if (verdict.this_update && IsTimestamp(*verdict.this_update)) {
    TimeToProto(*verdict.this_update, *proto->mutable_this_update());
  }
  if (verdict.next_update && IsTimestamp(*verdict.next_update)) {
    TimeToProto(*verdict.next_update, *proto->mutable_next_update());
  }
  if (IsTimestamp(verdict.use_until)) {
    TimeToProto(verdict.use_until, *proto->mutable_use_until());
  }
}

void ToProto(const RevocationVerdict& verdict, v1::RevocationVerdict* proto) {
  proto->set_status(Convert(verdict.status));
  proto->set_source(Convert(verdict.source));
  proto->set_must_staple(Convert(verdict.must_staple));
  if (IsTimestamp(verdict.use_until)) {
    TimeToProto(verdict.use_until, *proto->mutable_use_until());
  }
  if (verdict.staple) ToProto(*verdict.staple, proto->mutable_staple());
  if (verdict.ocsp) ToProto(*verdict.ocsp, proto->mutable_ocsp());
  if (verdict.crl) {
    ToProto(*verdict.crl, proto->mutable_crl());
    proto->mutable_crl()->set_url(verdict.crl_url);
  }
}

}  // namespace postern
