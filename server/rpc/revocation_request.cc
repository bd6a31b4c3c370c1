#include "server/rpc/revocation_request.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/x509/certificate_urls.h"
#include "server/rpc/field_error.h"
#include "server/rpc/time_convert.h"

namespace postern {
namespace {

absl::Status CheckSize(absl::string_view field, absl::string_view der) {
  if (der.empty()) return FieldError(field, "is empty; give the certificate in DER");
  if (der.size() <= kMaxRequestCertificateBytes) return absl::OkStatus();
  return FieldError(field, absl::StrCat("must be at most ", kMaxRequestCertificateBytes, " bytes"));
}

absl::StatusOr<Certificate> Named(absl::string_view field, absl::StatusOr<Certificate> parsed) {
  if (parsed.ok()) return parsed;
  return FieldError(field, parsed.status().message());
}

}  // namespace

absl::StatusOr<Certificate> ParseTrusted(absl::string_view field, absl::string_view der) {
  if (absl::Status status = CheckSize(field, der); !status.ok()) return status;
  return Named(field, ParseIssuer(der));
}

absl::StatusOr<std::unique_ptr<const CertificatePair>> ParsePair(absl::string_view certificate,
                                                                 absl::string_view issuer) {
  if (absl::Status status = CheckSize("certificate", certificate); !status.ok()) return status;
  if (absl::Status status = CheckSize("issuer", issuer); !status.ok()) return status;
  auto pair = std::make_unique<CertificatePair>();
  pair->held_certificate.der = std::string(certificate);
  pair->held_issuer.der = std::string(issuer);
  absl::StatusOr<Certificate> parsed =
      Named("certificate", ParseCertificate(pair->held_certificate.der));
  if (!parsed.ok()) return parsed.status();
  pair->held_certificate.certificate = *std::move(parsed);
  parsed = ParseTrusted("issuer", pair->held_issuer.der);
  if (!parsed.ok()) return parsed.status();
  pair->held_issuer.certificate = *std::move(parsed);
  return pair;
}

absl::StatusOr<std::optional<absl::Time>> ParseVerifyTime(bool has_time,
                                                          const google::protobuf::Timestamp& time) {
  if (!has_time) return std::nullopt;
  const std::optional<absl::Time> parsed = TimeFromProto(time);
  if (!parsed) return FieldError("verify_time", "is no time of the years 1 to 9999");
  return parsed;
}

absl::Status CheckUrlSize(absl::string_view url) {
  if (url.size() <= kMaxUrlBytes) return absl::OkStatus();
  return FieldError("url", absl::StrCat("must be at most ", kMaxUrlBytes, " bytes"));
}

}  // namespace postern
