// The transfers that are under way: libcurl's multi handle. For CurlFetcher.
#ifndef POSTERN_SERVER_IO_HTTP_CURL_MULTI_H_
#define POSTERN_SERVER_IO_HTTP_CURL_MULTI_H_

#include <curl/curl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/io/http/curl_transfer.h"
#include "server/io/http/fetch_queue.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"

namespace postern {

// CurlMulti belongs to the fetcher's thread, but for Wake.
class CurlMulti {
 public:
  // Create makes the handle; `options` must outlive it. Fails with RESOURCE_EXHAUSTED.
  static absl::StatusOr<std::unique_ptr<CurlMulti>> Create(const HttpFetcherOptions& options);

  ~CurlMulti();
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // Start begins the exchange of the job. False without memory: the job stays the caller's.
  bool Start(FetchJobPtr& job, absl::Time now);

  // Ended is a job whose exchange has ended.
  struct Ended {
    FetchJobPtr job;
    FetchResult result;
    std::string redirect;  // where the reply sends it; empty: nowhere
  };
  // Perform does what can be done at once, and returns the jobs that ended.
  std::vector<Ended> Perform();

  // Wait returns when there is something to perform, after Wake, or after `longest`.
  void Wait(absl::Duration longest);
  // Wake ends Wait, or the next one. Thread safe.
  void Wake();

  // Take breaks a job's exchange off; null if there is none. TakeAll does so for all.
  FetchJobPtr Take(uint64_t id);
  std::vector<FetchJobPtr> TakeAll();

 private:
  struct MultiFree {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  explicit CurlMulti(const HttpFetcherOptions& options) : options_(options) {}

  std::unique_ptr<CurlTransfer> TakeTransfer(uint64_t id);

  const HttpFetcherOptions& options_;
  std::unique_ptr<CURLM, MultiFree> multi_;
  std::map<uint64_t, std::unique_ptr<CurlTransfer>> transfers_;  // by the job's id
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_CURL_MULTI_H_
