#include "server/core/revocation/check_revocation.h"

#include <algorithm>
#include <memory>

#include "absl/status/statusor.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/x509/certificate_urls.h"

namespace postern {
namespace {

using Status = RevocationVerdict::Status;
using Source = RevocationVerdict::Source;

void LookAtStaple(const RevocationQuestion& question, const RevocationOptions& options,
                  absl::Time now, RevocationVerdict& verdict) {
  const StapleVerdict& staple = verdict.staple.emplace(
      CheckStaple(question.staple, question.certificate, question.issuer, now,
                  StapleOptionsOf(options, question.chain_is_verified)));
  if (IsStatement(staple)) TakeStatement(staple, Source::kStaple, verdict);
}

void LookAtCrl(const RevocationQuestion& question, const Crl& crl, const std::string& url,
               const RevocationOptions& options, absl::Time now, RevocationVerdict& verdict) {
  if (verdict.status == Status::kRevoked) return;
  const CrlVerdict found = CheckCrl(crl, question.certificate, question.issuer, url, now,
                                    CrlOptionsOf(options, question.chain_is_verified));
  const bool is_revoked = found.status == CrlVerdict::Status::kRevoked;
  if (!is_revoked && verdict.status == Status::kGood) return;
  if (found.status != CrlVerdict::Status::kInvalid) {
    verdict.status = is_revoked ? Status::kRevoked : Status::kGood;
    verdict.source = Source::kCrl;
    verdict.use_until = found.use_until;
  }
  verdict.crl = found;
  verdict.crl_url = url;
}

// Returns whether the certificate names any, or cannot be read.
bool LookAtCrls(const RevocationQuestion& question, const CrlIndex& crls,
                const RevocationOptions& options, absl::Time now, RevocationVerdict& verdict) {
  const absl::StatusOr<std::vector<CrlPoint>> points = ReadCrlPoints(question.certificate.outline);
  if (!points.ok()) return true;
  for (const CrlPoint& point : *points) {
    if (!point.is_usable) continue;
    for (const std::string& url : point.urls) {
      const std::shared_ptr<const Crl> crl = crls.Find(url, question.issuer);
      if (crl != nullptr) LookAtCrl(question, *crl, url, options, now, verdict);
    }
  }
  return !points->empty();
}

bool NamesResponder(const CertificateOutline& certificate) {
  const absl::StatusOr<AuthorityAccess> access = ReadAuthorityAccess(certificate);
  return !access.ok() || !access->ocsp.empty();
}

}  // namespace

void TakeStatement(const StapleVerdict& statement, Source source, RevocationVerdict& verdict) {
  const bool is_good = statement.status == StapleVerdict::Status::kGood;
  verdict.status = is_good ? Status::kGood : Status::kRevoked;
  verdict.source = source;
  verdict.use_until = statement.use_until;
}

void SettleMustStaple(const CertificateOutline& certificate, bool status_requested,
                      const RevocationOptions& options, RevocationVerdict& verdict) {
  StapleOffer offer;
  offer.status_request_sent = status_requested;
  // Any bytes would do otherwise for the staple that the certificate demands.
  offer.staple_received = verdict.source == Source::kStaple;
  offer.is_good_out_of_band = options.must_staple_out_of_band && verdict.status == Status::kGood;
  verdict.must_staple = JudgeMustStaple(certificate, offer);
}

RevocationVerdict CheckRevocation(const RevocationQuestion& question, const CrlIndex& crls,
                                  const RevocationOptions& options, absl::Time now) {
  RevocationVerdict verdict;
  verdict.status = Status::kUnknown;
  if (!question.staple.empty()) LookAtStaple(question, options, now, verdict);
  if (verdict.source == Source::kStaple) {
    verdict.valid_until = verdict.use_until;
    if (verdict.use_until <= now) {  // good by the skew alone; revoked it remains
      verdict.valid_until = verdict.status == Status::kGood ? now : now + kCrlAnswerLife;
    }
  } else {
    const bool names_crl = LookAtCrls(question, crls, options, now, verdict);
    if (names_crl && !verdict.crl.has_value()) {
      verdict.valid_until = now + kNoCrlAnswerLife;
    } else if (names_crl || !question.staple.empty()) {  // one that does not count yet may soon
      verdict.valid_until = now + kCrlAnswerLife;
    }
    if (verdict.source == Source::kCrl && verdict.use_until > now) {
      verdict.valid_until = std::min(verdict.valid_until, verdict.use_until);
    }
    if (question.staple.empty() && !names_crl && !NamesResponder(question.certificate.outline)) {
      verdict.status = Status::kNotAvailable;
    }
  }
  SettleMustStaple(question.certificate.outline, question.status_requested, options, verdict);
  return verdict;
}

}  // namespace postern
