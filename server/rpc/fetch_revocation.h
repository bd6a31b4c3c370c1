// Whether a certificate is revoked, with what is not at hand fetched: the OCSP response,
// then the CRL.
#ifndef POSTERN_SERVER_RPC_FETCH_REVOCATION_H_
#define POSTERN_SERVER_RPC_FETCH_REVOCATION_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "server/core/revocation/check_revocation.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/certificate.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"
#include "server/rpc/fetch_scope.h"
#include "server/rpc/revocation_request.h"

namespace postern {

// FetchCrl brings the CRL, without a defect, that is found at a URL and that the issuer
// signed; null where there is none by the deadline. It calls `done` once, on any thread, or
// inside; the issuer lives until then.
using FetchCrlCallback = std::function<void(std::shared_ptr<const Crl>)>;
using FetchCrlFunction = std::function<void(const std::string& url, const Certificate& issuer,
                                            absl::Time deadline, FetchCrlCallback done)>;

// RevocationParts is what answers are made from; CRLs and clock must live until `done`.
struct RevocationParts {
  const CrlIndex& crls;
  FetchCrlFunction fetch_crl;
  const Clock& clock;
  RevocationOptions options;
};

// RevocationSearch is one question.
struct RevocationSearch {
  std::shared_ptr<const CertificatePair> pair;
  std::string staple;
  bool status_requested = false;
};

// CheckRevocationNow decides by what is at hand.
RevocationVerdict CheckRevocationNow(const RevocationSearch& search, const RevocationParts& parts,
                                     absl::Time now);

// FetchRevocation decides by what is at hand and, where that says neither good nor
// revoked, by what can be fetched within `time`. The scope lives as long as it is needed;
// once it is cancelled nothing more is fetched. Calls `done` once, as HttpFetcher does.
void FetchRevocation(std::shared_ptr<FetchScope> scope, RevocationSearch search,
                     RevocationParts parts, absl::Duration time,
                     std::function<void(RevocationVerdict)> done);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_FETCH_REVOCATION_H_
