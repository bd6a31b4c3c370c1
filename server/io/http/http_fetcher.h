// Fetching OCSP responses and CRLs over HTTP, as everything above it sees it. The URLs
// come from strangers' certificates: an implementation holds rule O-26.
//
//   HttpRequest request;
//   request.url = "http://ca.test/ca.crl";
//   request.accept = {"application/pkix-crl"};
//   request.deadline = now + absl::Seconds(20);
//   fetcher.Fetch(request, [](FetchResult result) { if (!result.ok()) ... });
#ifndef POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_H_
#define POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace postern {

enum class HttpMethod { kGet, kPost };

// HttpRequest is one question, to one URL.
struct HttpRequest {
  std::string url;  // http or https
  HttpMethod method = HttpMethod::kGet;
  std::string content_type;  // of the body of a POST
  std::string body;
  // Media types in lower case that a reply of status 200 may have; empty: any, or none.
  std::vector<std::string> accept;
  size_t max_bytes = size_t{64} * 1024;  // of the reply's body
  absl::Time deadline = absl::InfiniteFuture();
  // From an earlier reply to the same URL, as it came; empty: none.
  std::string if_none_match;
  std::string if_modified_since;
  bool no_cache = false;  // ask caches on the way to look again (O-18)
};

// HttpReply is what came back. Times in it are the responder's words: hints, and never
// reasons to use anything past its nextUpdate (O-19).
struct HttpReply {
  // 200 to 999. Redirects were followed or are failures, but for one that names no place
  // to go to, or comes with a body longer than max_bytes.
  int status = 0;
  std::string content_type;  // lower case, without parameters; empty if unreadable
  std::string etag;
  std::string last_modified;
  bool no_store = false;
  bool no_cache = false;
  std::optional<absl::Duration> max_age;      // a year at most
  std::optional<absl::Duration> age;          // the time already spent in caches
  std::optional<absl::Duration> retry_after;  // a year at most, from receipt
  std::optional<absl::Time> date;
  std::string body;  // of status 200 only
};

enum class FetchFailure {
  kNone,
  kBadUrl,           // malformed, not http(s), with credentials, or a port that is not allowed
  kBadRequest,       // a header value of the request that cannot be sent
  kDisabled,         // the operator has turned this responder off
  kBlockedAddress,   // it leads to addresses that are not global, and not allowed
  kResolve,          // the name has no address, or could not be looked up
  kConnect,          // no connection
  kTls,              // no TLS, or no trust
  kTimeout,          // the deadline, or the time limit of a connection or a transfer
  kTooLarge,         // of body or headers
  kWrongType,        // Content-Type, or an encoding that was not asked for
  kRedirectRefused,  // too many, or to where no request may go
  kBadReply,         // broken off, or not HTTP/1
  kResponderDown,    // it failed lately, or asked to be left alone: see `retry_at`
  kOverload,         // too many requests, here, are waiting
  kCancelled,
  kStopping,
};

// FetchFailureName returns a word for logs and counters: "too_large".
const char* FetchFailureName(FetchFailure failure);

// FetchResult is a reply of any status, or the reason why there is none.
struct FetchResult {
  FetchFailure failure = FetchFailure::kNone;
  std::string detail;  // for people; printable ASCII, at most 500 octets
  // Of kResponderDown: before then there is no point in asking. Else the infinite past.
  absl::Time retry_at = absl::InfinitePast();
  HttpReply reply;

  bool ok() const { return failure == FetchFailure::kNone; }
};

// FailedFetch makes the result of a failure. The detail may have foreign bytes in it: what
// is not printable becomes '?', and what is too long is cut.
FetchResult FailedFetch(FetchFailure failure, std::string detail);

// FetcherStats counts since the start, but for what is "now".
struct FetcherStats {
  size_t in_flight = 0;  // now, with those that wait
  uint64_t requests = 0;
  uint64_t failures = 0;
};

// HttpFetcher fetches.
//
// Thread safe. Nothing is cached, and equal requests are not joined: both are the
// caller's.
class HttpFetcher {
 public:
  // Callback gets the result, exactly once. It runs on the fetcher's thread, or, for a
  // result that needs no waiting, inside Fetch or Cancel: so hold no lock there that it
  // takes. It must not block, and may call Fetch and Cancel.
  using Callback = std::function<void(FetchResult)>;

  // The destructor may run with requests under way, on any thread but a callback's: each
  // comes back with kStopping before it returns.
  virtual ~HttpFetcher() = default;

  // Fetch asks. The result comes at the latest at the deadline, then as kTimeout. Returns
  // a number for Cancel, never 0.
  virtual uint64_t Fetch(HttpRequest request, Callback done) = 0;

  // Cancel makes the result of a request come soon, as kCancelled, unless it is on its way.
  // Does nothing for a request that is done.
  virtual void Cancel(uint64_t id) = 0;

  virtual FetcherStats Stats() const = 0;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_HTTP_FETCHER_H_
