// One certificate's OCSP response, fetched and judged.
#ifndef POSTERN_SERVER_IO_REVOCATION_OCSP_FETCH_H_
#define POSTERN_SERVER_IO_REVOCATION_OCSP_FETCH_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "server/core/revocation/own_certificate.h"
#include "server/core/revocation/staple.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"

namespace postern {

// OcspQuestion is what to ask, of whom. The issuer has signed the certificate (O-15).
struct OcspQuestion {
  std::shared_ptr<const HeldCertificate> certificate;
  std::shared_ptr<const HeldCertificate> issuer;
  std::vector<std::string> responders;           // URLs, in their order
  StapleOptions options;                         // of the judgement; without a nonce
  absl::Duration timeout = absl::Seconds(30);    // of each request
  absl::Time deadline = absl::InfiniteFuture();  // of all of them
};

// OcspAnswer is what came of it.
struct OcspAnswer {
  bool is_statement = false;  // a valid one, good or revoked
  StapleVerdict verdict;      // of the last response that came
  std::string der;            // that response; empty: none came
  std::string url;            // of the responder that was asked last
  int http_status = 0;        // of its reply; 0 without one
  // Why there is no valid statement, one line; empty if there is one.
  std::string error;
  // By its max-age, caches give the same until then; the infinite past: it does not say.
  absl::Time cached_until = absl::InfinitePast();
  // By its Retry-After, and the fetcher, there is no point in asking before.
  absl::Time retry_at = absl::InfinitePast();
};

// FetchOcsp asks one responder after the other until one gives a valid statement, good or
// revoked (O-14). If none does, those whose responses were out of date are asked once more,
// past all caches (O-18). `done` is called exactly once, as HttpFetcher::Callback is; fetcher
// and clock must live until then.
void FetchOcsp(HttpFetcher& fetcher, const Clock& clock, OcspQuestion question,
               std::function<void(OcspAnswer)> done);

}  // namespace postern

#endif  // POSTERN_SERVER_IO_REVOCATION_OCSP_FETCH_H_
