#include "server/rpc/handshake_convert.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "postern/v1/policy.pb.h"
#include "server/core/dns/name.h"
#include "server/core/x509/certificate_summary.h"
#include "server/rpc/dane_convert.h"
#include "server/rpc/field_error.h"
#include "server/rpc/revocation_convert.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

constexpr int kMaxNames = 8;
constexpr int kMaxRecords = 1024;
constexpr size_t kMaxRecordBytes = size_t{64} << 10;
constexpr int kMaxAnchors = 16;
constexpr size_t kMaxAnchorBytes = size_t{64} << 10;
constexpr size_t kMaxDigestOrderBytes = 256;
constexpr int kMaxIssuerStaples = 15;
constexpr size_t kMaxDetailBytes = 512;

template <typename Bytes>
size_t TotalSize(const Bytes& all) {
  size_t total = 0;
  for (const std::string& one : all) total += one.size();
  return total;
}

absl::Status ReadVerdict(const v1::HostPolicy& policy, HandshakePolicy& to) {
  switch (policy.verdict()) {
    case v1::HostPolicy::DANE:
      to.verdict = HostPolicy::Verdict::kDane;
      if (policy.tlsa_records().empty()) {
        return FieldError("policy.tlsa_records", "DANE without records; give those of the answer");
      }
      return absl::OkStatus();
    case v1::HostPolicy::TLS_UNAUTHENTICATED:
      to.verdict = HostPolicy::Verdict::kTlsUnauthenticated;
      return absl::OkStatus();
    case v1::HostPolicy::OPPORTUNISTIC:
      to.verdict = HostPolicy::Verdict::kOpportunistic;
      if (!policy.tlsa_records().empty()) {
        return FieldError("policy.tlsa_records", "OPPORTUNISTIC has none; use the verdict DANE");
      }
      return absl::OkStatus();
    case v1::HostPolicy::SKIP:
      to.verdict = HostPolicy::Verdict::kSkip;
      return absl::OkStatus();
    default:
      return FieldError("policy.verdict", "must be the verdict that a policy question answered");
  }
}

absl::Status ReadMode(v1::Dane::Mode mode, DaneMode& to) {
  switch (mode) {
    case v1::Dane::MODE_UNSPECIFIED:
    case v1::Dane::OPPORTUNISTIC:
      to = DaneMode::kOpportunistic;
      return absl::OkStatus();
    case v1::Dane::OFF:
      to = DaneMode::kOff;
      return absl::OkStatus();
    case v1::Dane::MANDATORY:
      to = DaneMode::kMandatory;
      return absl::OkStatus();
    default:
      return FieldError("policy.mode", "is unknown; use OFF, OPPORTUNISTIC or MANDATORY");
  }
}

absl::Status ReadRecords(const v1::HostPolicy& policy, std::vector<TlsaRecord>& to) {
  if (policy.tlsa_records_size() > kMaxRecords) {
    return FieldError("policy.tlsa_records", absl::StrCat("must be at most ", kMaxRecords));
  }
  size_t bytes = 0;
  to.reserve(static_cast<size_t>(policy.tlsa_records_size()));
  for (const v1::TlsaRecord& record : policy.tlsa_records()) {
    if (std::max({record.certificate_usage(), record.selector(), record.matching_type()}) > 255) {
      return FieldError(absl::StrCat("policy.tlsa_records[", to.size(), "]"),
                        "certificate_usage, selector and matching_type must be from 0 to 255");
    }
    bytes += record.certificate_association_data().size();
    to.push_back(
        {static_cast<uint8_t>(record.certificate_usage()), static_cast<uint8_t>(record.selector()),
         static_cast<uint8_t>(record.matching_type()), record.certificate_association_data()});
  }
  if (bytes > kMaxRecordBytes) {
    return FieldError("policy.tlsa_records",
                      absl::StrCat("must hold at most ", kMaxRecordBytes, " bytes together"));
  }
  return absl::OkStatus();
}

template <typename Names>
absl::Status ReadNames(absl::string_view field, const Names& names, std::vector<std::string>& to) {
  if (names.size() > kMaxNames) {
    return FieldError(field, absl::StrCat("must be at most ", kMaxNames, " names"));
  }
  for (const std::string& text : names) {
    absl::StatusOr<std::string> name = ParseHostName(text);
    if (!name.ok()) {
      return FieldError(absl::StrCat(field, "[", to.size(), "]"), name.status().message());
    }
    to.push_back(*std::move(name));
  }
  return absl::OkStatus();
}

absl::Status ReadPolicy(const v1::HostPolicy& policy, HandshakePolicy& to) {
  if (absl::Status status = ReadVerdict(policy, to); !status.ok()) return status;
  if (absl::Status status = ReadMode(policy.mode(), to.mode); !status.ok()) return status;
  if (absl::Status status = ReadRecords(policy, to.tlsa); !status.ok()) return status;
  to.audit = policy.audit();
  to.require_ocsp = policy.require_ocsp();
  to.require_revocation_status = policy.require_revocation_status();
  return ReadNames("policy.reference_identifiers", policy.reference_identifiers(),
                   to.reference_identifiers);
}

// The names that PKIX looks for: those of the request, else of the policy, else
// the host, unless that is an address.
absl::Status ReadPkixNames(const v1::VerifyHandshakeRequest& request, HandshakeQuestion& to) {
  if (!request.reference_identifiers().empty()) {
    return ReadNames("reference_identifiers", request.reference_identifiers(), to.pkix_names);
  }
  to.pkix_names = to.policy.reference_identifiers;
  const std::string& host = request.policy().host();
  if (!to.pkix_names.empty() || host.empty() || IsIpAddress(host)) return absl::OkStatus();
  absl::StatusOr<std::string> name = ParseHostName(host);
  if (!name.ok()) return FieldError("policy.host", name.status().message());
  to.pkix_names.push_back(*std::move(name));
  return absl::OkStatus();
}

absl::Status ReadStaples(const v1::VerifyHandshakeRequest& request, HandshakeQuestion& to) {
  if (request.issuer_staples_size() > kMaxIssuerStaples) {
    return FieldError("issuer_staples", absl::StrCat("must be at most ", kMaxIssuerStaples));
  }
  to.staple = request.staple();
  to.issuer_staples.assign(request.issuer_staples().begin(), request.issuer_staples().end());
  to.status_requested = request.status_requested();
  to.session_resumed = request.session_resumed();
  return absl::OkStatus();
}

absl::Status ReadSent(const v1::VerifyHandshakeRequest& request, HandshakeQuestion& to) {
  switch (request.tls()) {
    case v1::VerifyHandshakeRequest::TLS_UNSPECIFIED:
    case v1::VerifyHandshakeRequest::ESTABLISHED:
      to.tls = HandshakeQuestion::Tls::kEstablished;
      break;
    case v1::VerifyHandshakeRequest::NOT_OFFERED:
      to.tls = HandshakeQuestion::Tls::kNotOffered;
      break;
    case v1::VerifyHandshakeRequest::HANDSHAKE_FAILED:
      to.tls = HandshakeQuestion::Tls::kFailed;
      break;
    default:
      return FieldError("tls", "is unknown; use ESTABLISHED, NOT_OFFERED or HANDSHAKE_FAILED");
  }
  if (static_cast<size_t>(request.certificates_size()) > kMaxChainCertificates ||
      TotalSize(request.certificates()) > kMaxChainBytes) {
    return FieldError("certificates", absl::StrCat("must be at most ", kMaxChainCertificates,
                                                   ", of ", kMaxChainBytes, " bytes together"));
  }
  if (request.raw_public_key().size() > kMaxRawPublicKeyBytes) {
    return FieldError("raw_public_key",
                      absl::StrCat("must be at most ", kMaxRawPublicKeyBytes, " bytes"));
  }
  if (!request.raw_public_key().empty() && !request.certificates().empty()) {
    return FieldError("raw_public_key", "a server sends it or certificates, not both");
  }
  to.certificates.assign(request.certificates().begin(), request.certificates().end());
  to.raw_public_key = request.raw_public_key();
  return ReadStaples(request, to);
}

absl::Status ReadOptions(const v1::VerifyHandshakeRequest& request, HandshakeRequest& to) {
  if (!request.trust_anchors().empty()) {
    if (request.trust_anchors_size() > kMaxAnchors ||
        TotalSize(request.trust_anchors()) > kMaxAnchorBytes) {
      return FieldError("trust_anchors", absl::StrCat("must be at most ", kMaxAnchors, ", of ",
                                                      kMaxAnchorBytes, " bytes together"));
    }
    absl::StatusOr<TrustAnchors> anchors = TrustAnchors::FromDer(std::vector<absl::string_view>(
        request.trust_anchors().begin(), request.trust_anchors().end()));
    if (!anchors.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("trust_anchors", anchors.status().message()));
    }
    to.anchors = *std::move(anchors);
  }
  if (!request.digest_order().empty()) {
    if (request.digest_order().size() > kMaxDigestOrderBytes) {
      return FieldError("digest_order",
                        absl::StrCat("must be at most ", kMaxDigestOrderBytes, " bytes"));
    }
    absl::StatusOr<std::vector<DigestAlgorithm>> digests = ParseDigestOrder(request.digest_order());
    if (!digests.ok()) return FieldError("digest_order", digests.status().message());
    to.digests = *std::move(digests);
  }
  if (request.has_verify_time()) {
    const std::optional<absl::Time> time = TimeFromProto(request.verify_time());
    if (!time) return FieldError("verify_time", "must be from the year 1 to 9999");
    to.verify_time = *time;
  }
  if (request.policy().has_expire_time()) {
    const std::optional<absl::Time> time = TimeFromProto(request.policy().expire_time());
    if (!time) return FieldError("policy.expire_time", "must be from the year 1 to 9999");
    to.policy_expire_time = *time;
  }
  return absl::OkStatus();
}

v1::HandshakeVerdict::Verdict Convert(HandshakeVerdict::Verdict value) {
  switch (value) {
    case HandshakeVerdict::Verdict::kVerifiedDane:
      return v1::HandshakeVerdict::VERIFIED_DANE;
    case HandshakeVerdict::Verdict::kVerifiedPkix:
      return v1::HandshakeVerdict::VERIFIED_PKIX;
    case HandshakeVerdict::Verdict::kUnauthenticated:
      return v1::HandshakeVerdict::UNAUTHENTICATED;
    case HandshakeVerdict::Verdict::kFailed:
      return v1::HandshakeVerdict::FAILED;
  }
  return v1::HandshakeVerdict::FAILED;
}

v1::HandshakeVerdict::Reason Convert(HandshakeVerdict::Reason value) {
  using Reason = HandshakeVerdict::Reason;
  switch (value) {
    case Reason::kDaneEeMatched:
      return v1::HandshakeVerdict::DANE_EE_MATCHED;
    case Reason::kDaneTaMatched:
      return v1::HandshakeVerdict::DANE_TA_MATCHED;
    case Reason::kPkixVerified:
      return v1::HandshakeVerdict::PKIX_VERIFIED;
    case Reason::kTlsaUnusable:
      return v1::HandshakeVerdict::TLSA_UNUSABLE;
    case Reason::kStarttlsNotOffered:
      return v1::HandshakeVerdict::STARTTLS_NOT_OFFERED;
    case Reason::kHandshakeFailed:
      return v1::HandshakeVerdict::HANDSHAKE_FAILED;
    case Reason::kNoCertificate:
      return v1::HandshakeVerdict::NO_CERTIFICATE;
    case Reason::kCertificateMalformed:
      return v1::HandshakeVerdict::CERTIFICATE_MALFORMED;
    case Reason::kTlsaMismatch:
      return v1::HandshakeVerdict::TLSA_MISMATCH;
    case Reason::kNameMismatch:
      return v1::HandshakeVerdict::NAME_MISMATCH;
    case Reason::kCertificateExpired:
      return v1::HandshakeVerdict::CERTIFICATE_EXPIRED;
    case Reason::kCertificateNotYetValid:
      return v1::HandshakeVerdict::CERTIFICATE_NOT_YET_VALID;
    case Reason::kIssuerUnknown:
      return v1::HandshakeVerdict::ISSUER_UNKNOWN;
    case Reason::kChainInvalid:
      return v1::HandshakeVerdict::CHAIN_INVALID;
    case Reason::kAlgorithmWeak:
      return v1::HandshakeVerdict::ALGORITHM_WEAK;
    case Reason::kPolicySkip:
      return v1::HandshakeVerdict::POLICY_SKIP;
    case Reason::kCertificateRevoked:
      return v1::HandshakeVerdict::CERTIFICATE_REVOKED;
    case Reason::kStapleRequired:
      return v1::HandshakeVerdict::STAPLE_REQUIRED;
    case Reason::kMustStaple:
      return v1::HandshakeVerdict::MUST_STAPLE;
    case Reason::kRevocationUnknown:
      return v1::HandshakeVerdict::REVOCATION_UNKNOWN;
  }
  return v1::HandshakeVerdict::REASON_UNSPECIFIED;
}

// False for a date that could not be read, or of the year 0, which no Timestamp holds.
bool IsDate(absl::Time time) { return time >= absl::FromUnixSeconds(kMinTimestampSeconds); }

void Convert(CertificateSummary summary, v1::CertificateSummary& proto) {
  proto.set_sha256(std::move(summary.sha256));
  if (!summary.error.empty()) {
    proto.set_error(std::move(summary.error));
    return;
  }
  proto.set_subject(std::move(summary.subject));
  proto.set_issuer(std::move(summary.issuer));
  for (std::string& name : summary.dns_names) proto.add_dns_names(std::move(name));
  if (IsDate(summary.not_before)) TimeToProto(summary.not_before, *proto.mutable_not_before());
  if (IsDate(summary.not_after)) TimeToProto(summary.not_after, *proto.mutable_not_after());
  proto.set_serial_number(std::move(summary.serial_number));
  proto.set_public_key(std::move(summary.public_key));
  proto.set_spki_sha256(std::move(summary.spki_sha256));
}

}  // namespace

absl::StatusOr<HandshakeRequest> RequestFromProto(const v1::VerifyHandshakeRequest& request) {
  if (!request.has_policy()) {
    return FieldError("policy", "must be the host's policy, as a policy question answered it");
  }
  HandshakeRequest to;
  to.question.require_pkix = request.require_pkix();
  if (absl::Status s = ReadPolicy(request.policy(), to.question.policy); !s.ok()) return s;
  if (absl::Status s = ReadPkixNames(request, to.question); !s.ok()) return s;
  if (absl::Status s = ReadSent(request, to.question); !s.ok()) return s;
  if (absl::Status s = ReadOptions(request, to); !s.ok()) return s;
  return to;
}

v1::HandshakeVerdict ToProto(const HandshakeVerdict& verdict, const HandshakeQuestion* details) {
  v1::HandshakeVerdict proto;
  proto.set_verdict(Convert(verdict.verdict));
  proto.set_action(verdict.action == HandshakeVerdict::Action::kProceed
                       ? v1::HandshakeVerdict::PROCEED
                       : v1::HandshakeVerdict::NEXT_HOST);
  proto.set_reason(Convert(verdict.reason));
  proto.set_cv(CvOf(verdict.verdict));
  if (verdict.matched_record) {
    FillProto(*verdict.matched_record, *proto.mutable_matched_record());
    proto.mutable_matched_record()->set_usable(true);
  }
  if (verdict.matched_depth) {
    proto.set_matched_depth(static_cast<uint32_t>(*verdict.matched_depth));
  }
  proto.set_matched_name(verdict.matched_name);
  proto.set_x509_error(verdict.x509_error);
  if (const std::optional<TlsrptResult> result = TlsrptResultOf(verdict.reason)) {
    proto.set_tlsrpt_result_type(ToProto(*result));
  }
  proto.set_audit_failure(verdict.audit_failure);
  proto.set_detail(verdict.detail.substr(0, kMaxDetailBytes));
  ToProto(verdict.revocation, proto.mutable_revocation());
  if (details == nullptr) return proto;
  for (const JudgedTlsa& judged : verdict.tlsa) FillProto(judged, *proto.add_tlsa_records());
  for (const absl::string_view certificate : details->certificates) {
    Convert(SummarizeCertificate(certificate), *proto.add_certificates());
  }
  return proto;
}

}  // namespace postern
