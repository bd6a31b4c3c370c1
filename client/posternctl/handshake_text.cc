#include "client/posternctl/handshake_text.h"

#include <openssl/x509.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/posternctl/printable.h"
#include "client/posternctl/tlsa_text.h"
#include "client/posternctl/words.h"

namespace postern::posternctl {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Names of a certificate that are shown.
constexpr int kShownNames = 3;

Colour ColourOf(v1::HandshakeVerdict::Verdict verdict) {
  switch (verdict) {
    case v1::HandshakeVerdict::VERIFIED_DANE:
    case v1::HandshakeVerdict::VERIFIED_PKIX:
      return Colour::kGood;
    case v1::HandshakeVerdict::UNAUTHENTICATED:
      return Colour::kWarning;
    default:
      return Colour::kBad;
  }
}

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

std::string Day(absl::Time time) { return absl::FormatTime("%Y-%m-%d", time, absl::UTCTimeZone()); }

std::string Validity(const v1::CertificateSummary& certificate, const TextOptions& options) {
  const absl::Time begin = TimeOf(certificate.not_before());
  const absl::Time end = TimeOf(certificate.not_after());
  const std::string days = absl::StrCat(Day(begin), " to ", Day(end));
  if (options.now < begin) {
    return absl::StrCat(days, Coloured(" (not valid yet)", Colour::kBad, options.colour));
  }
  if (options.now > end) {
    return absl::StrCat(days, Coloured(" (expired)", Colour::kBad, options.colour));
  }
  return absl::StrCat(days, " (ends ", When(certificate.not_after(), options.now), ")");
}

std::string CertificateText(int depth, const v1::CertificateSummary& certificate,
                            const TextOptions& options) {
  if (!certificate.error().empty()) {
    return absl::StrCat(depth, "  ", Printable(certificate.error()));
  }
  return absl::StrCat(depth, "  ", Printable(certificate.subject()), "  ",
                      Printable(certificate.public_key()), "  ", Validity(certificate, options));
}

std::string NamesText(const v1::CertificateSummary& certificate) {
  std::string text;
  const int shown = std::min(certificate.dns_names_size(), kShownNames);
  for (int i = 0; i < shown; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", Printable(certificate.dns_names(i)));
  }
  if (certificate.dns_names_size() > shown) {
    absl::StrAppend(&text, " and ", certificate.dns_names_size() - shown, " more");
  }
  return text;
}

// "GOOD", "INVALID STALE: nextUpdate has passed"; nothing where none was judged.
std::string StapleText(const v1::RevocationVerdict& revocation) {
  if (!revocation.has_staple()) return "";
  const v1::StapleVerdict& staple = revocation.staple();
  std::string text = v1::StapleVerdict::Status_Name(staple.status());
  if (staple.reason() != v1::StapleVerdict::REASON_UNSPECIFIED) {
    absl::StrAppend(&text, " ", v1::StapleVerdict::Reason_Name(staple.reason()));
  }
  if (!staple.detail().empty()) absl::StrAppend(&text, ": ", Printable(staple.detail()));
  return text;
}

// "GOOD by CRL"; nothing where it was not looked at, or the staple says all.
std::string RevocationText(const v1::RevocationVerdict& revocation) {
  if (revocation.source() != v1::RevocationVerdict::CRL &&
      revocation.source() != v1::RevocationVerdict::OCSP) {
    return "";
  }
  return absl::StrCat(v1::RevocationVerdict::Status_Name(revocation.status()), " by ",
                      v1::RevocationVerdict::Source_Name(revocation.source()));
}

}  // namespace

std::string VerdictLine(const v1::HandshakeVerdict& handshake, const TextOptions& options) {
  return absl::StrCat(
      Coloured(Name(handshake.verdict()), ColourOf(handshake.verdict()), options.colour), "  ",
      Name(handshake.action()), "  CV=", Printable(handshake.cv()), "  ",
      Words(handshake.reason()));
}

Rows HandshakeRows(const v1::HandshakeVerdict& handshake, const TextOptions& options) {
  Rows rows;
  if (handshake.has_matched_record()) {
    rows.push_back({"record", absl::StrCat(ShortRecord(handshake.matched_record()), "  at depth ",
                                           handshake.matched_depth())});
  } else if (handshake.has_matched_depth()) {
    rows.push_back({"anchor", absl::StrCat("at depth ", handshake.matched_depth())});
  }
  if (!handshake.matched_name().empty()) {
    rows.push_back({"name", Printable(handshake.matched_name())});
  }
  if (handshake.x509_error() != 0) {
    rows.push_back({"X.509", absl::StrCat("error ", handshake.x509_error(), ": ",
                                          X509_verify_cert_error_string(handshake.x509_error()))});
  }
  if (handshake.has_tlsrpt_result_type()) {
    rows.push_back({"TLSRPT", Name(handshake.tlsrpt_result_type())});
  }
  if (handshake.audit_failure()) {
    rows.push_back({"audit", "it would be NEXT_HOST, were the policy not audited"});
  }
  if (!handshake.detail().empty()) rows.push_back({"detail", Printable(handshake.detail())});
  if (std::string text = StapleText(handshake.revocation()); !text.empty()) {
    rows.push_back({"staple", std::move(text)});
  }
  if (std::string text = RevocationText(handshake.revocation()); !text.empty()) {
    rows.push_back({"revocation", std::move(text)});
  }
  const char* label = "TLSA";
  for (const v1::TlsaRecord& record : handshake.tlsa_records()) {
    rows.push_back({std::exchange(label, ""), RecordText(record)});
  }
  label = "chain";
  for (int i = 0; i < handshake.certificates_size(); ++i) {
    const v1::CertificateSummary& certificate = handshake.certificates(i);
    rows.push_back({std::exchange(label, ""), CertificateText(i, certificate, options)});
    if (i == 0 && certificate.dns_names_size() > 0) {
      rows.push_back({"", absl::StrCat("   for ", NamesText(certificate))});
    }
  }
  return rows;
}

std::string HandshakeText(const std::string& title, const v1::HandshakeVerdict& handshake,
                          const TextOptions& options) {
  return absl::StrCat(Printable(title), "  ", VerdictLine(handshake, options), "\n",
                      Table("    ", HandshakeRows(handshake, options)));
}

}  // namespace postern::posternctl
