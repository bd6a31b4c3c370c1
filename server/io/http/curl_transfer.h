// One HTTP exchange by libcurl, without redirects: an easy handle with every option that
// matters set. For CurlFetcher, in whose multi handle it runs.
#ifndef POSTERN_SERVER_IO_HTTP_CURL_TRANSFER_H_
#define POSTERN_SERVER_IO_HTTP_CURL_TRANSFER_H_

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "server/io/http/fetch_queue.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/http/http_reply_reader.h"

namespace postern {

// CurlTransfer belongs to the fetcher's thread.
//
// libcurl connects where OnSocket lets it, and that is asked with each address after the
// name was looked up: a name that resolves anew is vetted anew (O-26). A connection that is
// used again was vetted when it was made.
class CurlTransfer {
 public:
  // Create takes the job and prepares its exchange. Without memory it returns null, and the
  // job stays the caller's. `options` outlives the transfer.
  static std::unique_ptr<CurlTransfer> Create(FetchJobPtr& job, const HttpFetcherOptions& options,
                                              absl::Time now);

  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  CURL* handle() const { return handle_.get(); }
  const FetchJob& job() const { return *job_; }
  FetchJobPtr TakeJob() { return std::move(job_); }

  // Result is what came of it, once libcurl has said `code`.
  FetchResult Result(CURLcode code);

  // RedirectUrl is where the reply sends the request, absolute; empty if nowhere.
  std::string RedirectUrl() const;

 private:
  struct HandleFree {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  CurlTransfer(FetchJobPtr job, const HttpFetcherOptions& options, absl::Time now);

  static size_t OnLine(char* bytes, size_t one, size_t size, void* self);
  static size_t OnBody(char* bytes, size_t one, size_t size, void* self);
  static curl_socket_t OnSocket(void* self, curlsocktype purpose, curl_sockaddr* address);

  template <typename Value>
  void Set(CURLoption option, Value value);
  void SetRequest();
  void SetHeaders();
  void SetGuards();
  void SetLimits(absl::Time now);
  void AddHeader(const std::string& line);

  const HttpFetcherOptions& options_;
  FetchJobPtr job_;
  HttpReplyReader reader_;
  bool prepared_ = true;
  bool connected_ = false;  // to an address that was not blocked
  std::string blocked_;     // the last that was
  std::array<char, CURL_ERROR_SIZE> error_ = {};
  std::unique_ptr<curl_slist, ListFree> headers_;
  std::unique_ptr<CURL, HandleFree> handle_;  // last: it goes first
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_CURL_TRANSFER_H_
