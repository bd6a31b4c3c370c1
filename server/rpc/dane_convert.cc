#include "server/rpc/dane_convert.h"

namespace postern {
namespace {

v1::TlsaRecord::UnusableReason ToProto(UnusableReason value) {
  switch (value) {
    case UnusableReason::kNone:
      return v1::TlsaRecord::UNUSABLE_REASON_UNSPECIFIED;
    case UnusableReason::kPkixUsage:
      return v1::TlsaRecord::PKIX_USAGE;
    case UnusableReason::kUnknownUsage:
      return v1::TlsaRecord::UNKNOWN_USAGE;
    case UnusableReason::kUnknownSelector:
      return v1::TlsaRecord::UNKNOWN_SELECTOR;
    case UnusableReason::kUnknownMatchingType:
      return v1::TlsaRecord::UNKNOWN_MATCHING_TYPE;
    case UnusableReason::kDigestNotAllowed:
      return v1::TlsaRecord::DIGEST_NOT_ALLOWED;
    case UnusableReason::kWrongDigestLength:
      return v1::TlsaRecord::WRONG_DIGEST_LENGTH;
    case UnusableReason::kMalformedCertificate:
      return v1::TlsaRecord::MALFORMED_CERTIFICATE;
    case UnusableReason::kMalformedPublicKey:
      return v1::TlsaRecord::MALFORMED_PUBLIC_KEY;
  }
  return v1::TlsaRecord::UNUSABLE_REASON_UNSPECIFIED;
}

}  // namespace

v1::Tlsrpt::ResultType ToProto(TlsrptResult value) {
  switch (value) {
    case TlsrptResult::kStarttlsNotSupported:
      return v1::Tlsrpt::STARTTLS_NOT_SUPPORTED;
    case TlsrptResult::kCertificateHostMismatch:
      return v1::Tlsrpt::CERTIFICATE_HOST_MISMATCH;
    case TlsrptResult::kCertificateExpired:
      return v1::Tlsrpt::CERTIFICATE_EXPIRED;
    case TlsrptResult::kCertificateNotTrusted:
      return v1::Tlsrpt::CERTIFICATE_NOT_TRUSTED;
    case TlsrptResult::kValidationFailure:
      return v1::Tlsrpt::VALIDATION_FAILURE;
    case TlsrptResult::kTlsaInvalid:
      return v1::Tlsrpt::TLSA_INVALID;
    case TlsrptResult::kDnssecInvalid:
      return v1::Tlsrpt::DNSSEC_INVALID;
    case TlsrptResult::kDaneRequired:
      return v1::Tlsrpt::DANE_REQUIRED;
  }
  return v1::Tlsrpt::RESULT_TYPE_UNSPECIFIED;
}

void FillProto(const TlsaRecord& record, v1::TlsaRecord& proto) {
  proto.set_certificate_usage(record.usage);
  proto.set_selector(record.selector);
  proto.set_matching_type(record.matching_type);
  proto.set_certificate_association_data(record.data);
}

void FillProto(const JudgedTlsa& judged, v1::TlsaRecord& proto) {
  FillProto(judged.record, proto);
  proto.set_usable(judged.Usable());
  proto.set_unusable_reason(ToProto(judged.unusable));
  proto.set_superseded(judged.superseded);
}

}  // namespace postern
