#include "server/core/revocation/check_staple.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "server/core/revocation/cert_id.h"
#include "server/core/revocation/ocsp_response.h"
#include "server/core/revocation/responder.h"
#include "server/core/revocation/revocation_reason.h"
#include "server/core/revocation/statement.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"
#include "server/core/x509/validity.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;
using Status = StapleVerdict::Status;

StapleVerdict Invalid(Reason reason, std::string detail) {
  StapleVerdict verdict;
  verdict.reason = reason;
  verdict.detail = std::move(detail);
  return verdict;
}

// RFC 6960, section 2.3: nobody signs an error.
StapleVerdict ResponderError(Reason reason) {
  StapleVerdict verdict = Invalid(reason, "the responder answered with an error and no statement");
  verdict.status = Status::kUnknown;
  return verdict;
}

StapleVerdict VerdictOf(OcspFault fault) {
  switch (fault) {
    case OcspFault::kTooLarge:
      return Invalid(
          Reason::kTooLarge,
          absl::StrCat("more than ", kMaxOcspResponseBytes, " bytes, ", kMaxSingleResponses,
                       " statements or ", kMaxResponderCertificates, " certificates"));
    case OcspFault::kMalformedTime:
      return Invalid(Reason::kMalformedTime, "a time that is not YYYYMMDDHHMMSSZ");
    case OcspFault::kMalformedRequest:
      return ResponderError(Reason::kResponderMalformedRequest);
    case OcspFault::kInternalError:
      return ResponderError(Reason::kResponderInternalError);
    case OcspFault::kTryLater:
      return ResponderError(Reason::kResponderTryLater);
    case OcspFault::kSignatureRequired:
      return ResponderError(Reason::kResponderSignatureRequired);
    case OcspFault::kUnauthorized:
      return ResponderError(Reason::kResponderUnauthorized);
    case OcspFault::kUnknownResponseStatus:
      return Invalid(Reason::kResponderUnknownStatus, "a response status that is not assigned");
    case OcspFault::kUnknownResponseType:
      return Invalid(Reason::kResponseType, "not a basic response");
    case OcspFault::kUnknownVersion:
      return Invalid(Reason::kVersion, "not version 1");
    case OcspFault::kCriticalExtension:
      return Invalid(Reason::kCriticalExtension,
                     "the response has a critical extension that is not known");
    case OcspFault::kMalformed:
    case OcspFault::kNone:
      break;
  }
  return Invalid(Reason::kMalformed, "not one OCSP response in DER");
}

// Why the certificate is not the issuer's; nothing if it is.
absl::string_view CheckChain(const Certificate& certificate, const Certificate& issuer,
                             const StapleOptions& options) {
  if (certificate.outline.issuer_name != issuer.outline.subject_name &&
      X509_NAME_cmp(X509_get_issuer_name(certificate.x509.get()),
                    X509_get_subject_name(issuer.x509.get())) != 0) {
    return "the certificate names another issuer";
  }
  if (options.chain_is_verified) return "";
  EVP_PKEY* const key = X509_get0_pubkey(issuer.x509.get());
  if (key == nullptr || !CheckSigningKey(issuer.outline.public_key_info).ok() ||
      CheckCertificateSignature(certificate.outline, *key, {options.allow_sha1}) !=
          SignatureCheck::kValid) {
    return "the issuer's key did not sign the certificate, or not with a strong algorithm";
  }
  return "";
}

absl::Duration MaxAge(const Certificate& certificate, const StapleOptions& options) {
  if (options.max_age) return *options.max_age;
  return X509_check_ca(certificate.x509.get()) > 0 ? kMaxStapleAgeOfCa : kMaxStapleAge;
}

Status StatusOf(CertStatus status) {
  switch (status) {
    case CertStatus::kRevoked:
      return Status::kRevoked;
    case CertStatus::kGood:
      return Status::kGood;
    case CertStatus::kUnknown:
      break;
  }
  return Status::kUnknown;
}

StapleVerdict Report(const OcspResponse& response, const SingleResponse& single,
                     const Responder& responder) {
  StapleVerdict verdict;
  verdict.produced_at = response.produced_at;
  verdict.this_update = single.this_update;
  verdict.next_update = single.next_update;
  verdict.signer = responder.kind;
  verdict.signer_name = std::string(responder.name);
  verdict.signer_is_unchecked = responder.is_unchecked;
  return verdict;
}

StapleVerdict Judge(absl::string_view der, const Certificate& certificate,
                    const Certificate& issuer, absl::Time now, const StapleOptions& options) {
  OcspResponse response;
  if (OcspFault fault = ReadOcspResponse(der, response); fault != OcspFault::kNone) {
    return VerdictOf(fault);
  }
  CertIdMatcher matcher(certificate.outline.issuer_name, KeyOctets(issuer.outline.public_key_info),
                        certificate.outline.serial);
  absl::InlinedVector<const SingleResponse*, 2> matching;
  for (const SingleResponse& single : response.responses) {
    if (!matcher.Matches(single.cert_id)) continue;
    if (single.has_unknown_critical_extension) {
      return Invalid(Reason::kCriticalExtension,
                     "the statement has a critical extension that is not known");
    }
    matching.push_back(&single);
  }
  if (matching.empty()) return Invalid(Reason::kCertId, "no statement is on this certificate");

  if (const absl::string_view lack = CheckChain(certificate, issuer, options); !lack.empty()) {
    return Invalid(Reason::kChain, std::string(lack));
  }
  const std::optional<Validity> validity = ReadValidity(certificate.outline.validity);
  if (!validity) return Invalid(Reason::kChain, "the certificate's validity cannot be read");
  const Responder responder = FindResponder(response, certificate, issuer, now, options);
  if (responder.reason != Reason::kNone) {
    return Invalid(responder.reason, std::string(responder.detail));
  }

  const Statement statement = ChooseStatement(matching, now, MaxAge(certificate, options), options);
  const SingleResponse& single = *statement.single;
  StapleVerdict verdict = Report(response, single, responder);
  if (options.nonce && response.nonce && *options.nonce != *response.nonce) {
    verdict.reason = Reason::kNonce;
    verdict.detail = "the nonce is not the one that was sent";
    return verdict;
  }
  if (response.produced_at > now + options.skew) {
    verdict.reason = Reason::kNotYet;
    verdict.detail = "producedAt is to come";
    return verdict;
  }
  if (statement.fault != Reason::kNone) {
    verdict.reason = statement.fault;
    verdict.detail = DescribeFault(statement);
    return verdict;
  }
  verdict.status = StatusOf(single.status);
  if (single.status == CertStatus::kRevoked) {
    verdict.revocation_time = single.revocation_time;
    if (single.revocation_reason) {
      verdict.revocation_reason = RevocationReasonOf(*single.revocation_reason);
    }
  }
  verdict.use_until = std::min({statement.end, responder.not_after, validity->not_after});
  return verdict;
}

}  // namespace

StapleVerdict CheckStaple(absl::string_view der, const Certificate& certificate,
                          const Certificate& issuer, absl::Time now, const StapleOptions& options) {
  StapleVerdict verdict = Judge(der, certificate, issuer, now, options);
  // Keys that cannot be read leave errors behind.
  ERR_clear_error();
  return verdict;
}

}  // namespace postern
