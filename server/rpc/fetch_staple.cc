#include "server/rpc/fetch_staple.h"

#include <openssl/x509.h>

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"
#include "server/io/revocation/ocsp_fetch.h"
#include "server/rpc/field_error.h"

namespace postern {
namespace {

bool IsIssuedBy(const CertificatePair& pair, bool allow_sha1) {
  if (pair.certificate().outline.issuer_name != pair.issuer().outline.subject_name &&
      X509_NAME_cmp(X509_get_issuer_name(pair.certificate().x509.get()),
                    X509_get_subject_name(pair.issuer().x509.get())) != 0) {
    return false;
  }
  EVP_PKEY* const key = X509_get0_pubkey(pair.issuer().x509.get());
  return key != nullptr && CheckCertificateSignature(pair.certificate().outline, *key,
                                                     {allow_sha1}) == SignatureCheck::kValid;
}

// Why nobody is asked (O-15); nothing where somebody is.
std::optional<FetchedStaple> NobodyToAsk(const CertificatePair& pair, bool has_urls,
                                         bool allow_sha1, absl::Time now) {
  FetchedStaple found;
  if (!IsIssuedBy(pair, allow_sha1)) {
    StapleVerdict& verdict = found.verdict.emplace();
    verdict.reason = StapleVerdict::Reason::kChain;
    verdict.detail = "the issuer did not sign the certificate";
    found.error = "the issuer did not sign the certificate: nobody was asked";
  } else if (ToTime(*X509_get0_notAfter(pair.certificate().x509.get())) <= now) {
    found.error = "the certificate has expired: nobody was asked";
  } else if (!has_urls) {
    found.error = "the certificate names no OCSP responder";
  } else {
    return std::nullopt;
  }
  return found;
}

FetchedStaple ToFetched(OcspAnswer answer) {
  FetchedStaple found;
  if (answer.der.empty()) {
    // The URL is told beside it.
    found.error = std::string(absl::StripPrefix(answer.error, absl::StrCat(answer.url, ": ")));
  } else {
    found.verdict = std::move(answer.verdict);
    found.der = std::move(answer.der);
    found.is_statement = answer.is_statement;
  }
  found.url = std::move(answer.url);
  found.http_status = answer.http_status;
  return found;
}

}  // namespace

void FetchStaple(HttpFetcher& fetcher, const Clock& clock,
                 const std::shared_ptr<const CertificatePair>& pair, std::vector<std::string> urls,
                 const StapleOptions& options, absl::Duration time, FetchedStapleCallback done) {
  const absl::Time now = clock.Now();
  std::optional<FetchedStaple> nobody = NobodyToAsk(*pair, !urls.empty(), options.allow_sha1, now);
  if (nobody.has_value()) return done(*std::move(nobody));
  OcspQuestion question;
  question.certificate = {pair, &pair->held_certificate};
  question.issuer = {pair, &pair->held_issuer};
  // One that does not answer leaves time for the next.
  question.timeout = time / static_cast<int64_t>(urls.size());
  question.deadline = now + time;
  question.responders = std::move(urls);
  question.options = options;
  FetchOcsp(fetcher, clock, std::move(question),
            [done = std::move(done)](OcspAnswer answer) { done(ToFetched(std::move(answer))); });
}

absl::StatusOr<std::vector<std::string>> RespondersOf(const Certificate& certificate) {
  absl::StatusOr<AuthorityAccess> access = ReadAuthorityAccess(certificate.outline);
  if (!access.ok()) return FieldError("certificate", access.status().message());
  return std::move(access->ocsp);
}

}  // namespace postern
