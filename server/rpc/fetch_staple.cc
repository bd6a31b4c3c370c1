#include "server/rpc/fetch_staple.h"

#include <openssl/x509.h>

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/revocation/check_staple.h"
#include "server/core/revocation/ocsp_request.h"
#include "server/core/revocation/ocsp_url.h"
#include "server/core/x509/certificate_urls.h"
#include "server/core/x509/outline.h"
#include "server/core/x509/signature.h"
#include "server/io/fetch_in_turn.h"
#include "server/rpc/field_error.h"

namespace postern {
namespace {

constexpr char kRequestType[] = "application/ocsp-request";
constexpr char kResponseType[] = "application/ocsp-response";

HttpRequest RequestTo(const std::string& url, absl::string_view der) {
  const OcspHttpRequest asked = MakeOcspHttpRequest(url, der);
  HttpRequest request;
  request.url = asked.url;
  if (!asked.get) {
    request.method = HttpMethod::kPost;
    request.content_type = kRequestType;
    request.body = asked.body;
  }
  request.accept = {kResponseType};
  return request;
}

// What is shared between the requests.
struct Search {
  std::shared_ptr<const CertificatePair> pair;
  std::vector<std::string> urls;
  StapleOptions options;
  FetchedStaple found;
  std::optional<std::string> outdated_url;  // whose response has ended
};

bool IsIssuedBy(const CertificatePair& pair, bool allow_sha1) {
  if (pair.certificate.outline.issuer_name != pair.issuer.outline.subject_name &&
      X509_NAME_cmp(X509_get_issuer_name(pair.certificate.x509.get()),
                    X509_get_subject_name(pair.issuer.x509.get())) != 0) {
    return false;
  }
  EVP_PKEY* const key = X509_get0_pubkey(pair.issuer.x509.get());
  return key != nullptr && CheckCertificateSignature(pair.certificate.outline, *key,
                                                     {allow_sha1}) == SignatureCheck::kValid;
}

// Why nobody is asked (O-15); nothing where somebody is.
bool IsNotToBeAsked(const Search& search, absl::Time now, FetchedStaple& found) {
  if (!IsIssuedBy(*search.pair, search.options.allow_sha1)) {
    StapleVerdict& verdict = found.verdict.emplace();
    verdict.reason = StapleVerdict::Reason::kChain;
    verdict.detail = "the issuer did not sign the certificate";
    found.error = "the issuer did not sign the certificate: nobody was asked";
  } else if (ToTime(*X509_get0_notAfter(search.pair->certificate.x509.get())) <= now) {
    found.error = "the certificate has expired: nobody was asked";
  } else if (search.urls.empty()) {
    found.error = "the certificate names no OCSP responder";
  }
  return !found.error.empty();
}

// Returns whether no other responder has to be asked.
bool Judge(const Clock& clock, size_t number, const FetchResult& result, Search& search) {
  FetchedStaple& found = search.found;
  found.url = search.urls[number];
  found.http_status = result.ok() ? result.reply.status : 0;
  std::string error;
  if (!result.ok()) {
    error = absl::StrCat(FetchFailureName(result.failure), ": ", result.detail);
  } else if (result.reply.status != 200) {
    error = absl::StrCat("the responder answers HTTP status ", result.reply.status);
  } else {
    found.der = result.reply.body;
    found.verdict = CheckStaple(found.der, search.pair->certificate, search.pair->issuer,
                                clock.Now(), search.options);
    found.error.clear();
    if (found.verdict->reason == StapleVerdict::Reason::kStale ||
        found.verdict->reason == StapleVerdict::Reason::kTooOld) {
      search.outdated_url = found.url;
    }
    return found.verdict->reason == StapleVerdict::Reason::kNone;
  }
  if (!found.verdict) found.error = std::move(error);
  return false;
}

}  // namespace

void FetchStaple(HttpFetcher& fetcher, const Clock& clock,
                 std::shared_ptr<const CertificatePair> pair, std::vector<std::string> urls,
                 const StapleOptions& options, absl::Duration time, FetchedStapleCallback done) {
  const absl::Time now = clock.Now();
  auto search = std::make_shared<Search>();
  search->pair = std::move(pair);
  search->urls = std::move(urls);
  search->options = options;
  if (IsNotToBeAsked(*search, now, search->found)) return done(std::move(search->found));
  const std::string der =
      MakeOcspRequest(search->pair->certificate.outline, search->pair->issuer.outline);
  std::vector<HttpRequest> requests;
  for (const std::string& url : search->urls) {
    requests.push_back(RequestTo(url, der));
    // One that does not answer leaves time for the next.
    requests.back().deadline = now + time * static_cast<int64_t>(requests.size()) /
                                         static_cast<int64_t>(search->urls.size());
  }
  auto judge = [search, &clock](size_t number, const FetchResult& result) {
    return Judge(clock, number, result, *search);
  };
  auto finish = [search, done = std::move(done)](bool /*taken*/, FetchResult /*last*/) {
    done(std::move(search->found));
  };
  FetchInTurn(
      fetcher, std::move(requests), judge,
      [&fetcher, search, judge, finish, der, deadline = now + time](bool taken, FetchResult last) {
        if (taken || !search->outdated_url) return finish(taken, std::move(last));
        // What has ended may come from a cache on the way (O-18).
        HttpRequest request = RequestTo(*search->outdated_url, der);
        request.no_cache = true;
        request.deadline = deadline;
        search->urls = {*search->outdated_url};
        FetchInTurn(fetcher, {std::move(request)}, judge, finish);
      });
}

absl::StatusOr<std::vector<std::string>> RespondersOf(const Certificate& certificate) {
  absl::StatusOr<AuthorityAccess> access = ReadAuthorityAccess(certificate.outline);
  if (!access.ok()) return FieldError("certificate", access.status().message());
  return std::move(access->ocsp);
}

}  // namespace postern
