// An OCSP response, fetched from the responders of a certificate and judged.
#ifndef POSTERN_SERVER_RPC_FETCH_STAPLE_H_
#define POSTERN_SERVER_RPC_FETCH_STAPLE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/revocation/staple.h"
#include "server/core/x509/certificate.h"
#include "server/io/clock.h"
#include "server/io/http/http_fetcher.h"
#include "server/rpc/revocation_request.h"

namespace postern {

// FetchedStaple is what came.
struct FetchedStaple {
  std::optional<StapleVerdict> verdict;  // of the last response; nothing: none came
  std::string der;                       // that response
  bool is_statement = false;             // it is valid, and says good or revoked
  std::string url;                       // of the responder that was asked last; empty: none
  int http_status = 0;                   // of its reply; 0: there was none
  std::string error;                     // why no response came; empty: one did
};

using FetchedStapleCallback = std::function<void(FetchedStaple)>;

// FetchStaple asks the responders in their order until one gives a valid statement, and
// calls `done` once, as HttpFetcher does. `time` is shared among them. Fetcher and clock
// must live until then.
void FetchStaple(HttpFetcher& fetcher, const Clock& clock,
                 const std::shared_ptr<const CertificatePair>& pair, std::vector<std::string> urls,
                 const StapleOptions& options, absl::Duration time, FetchedStapleCallback done);

// RespondersOf returns the OCSP responders that a certificate names. Fails with
// INVALID_ARGUMENT that begins with the field's name.
absl::StatusOr<std::vector<std::string>> RespondersOf(const Certificate& certificate);

}  // namespace postern

#endif  // POSTERN_SERVER_RPC_FETCH_STAPLE_H_
