#include "server/io/http/curl_transfer.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/net/address_class.h"
#include "server/core/net/ip_address.h"
#include "server/io/http/curl_failure.h"
#include "server/io/http/http_url.h"

namespace postern {
namespace {

constexpr const char* kHttpOnly = "http,https";
constexpr const char* kNoProxy = "";
constexpr long kConnectionSeconds = 30;

long Milliseconds(absl::Duration duration) {
  // 0 would be no limit.
  return std::max<int64_t>(1, absl::ToInt64Milliseconds(std::min(duration, absl::Hours(1))));
}

std::optional<IpAddress> AddressOf(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    sockaddr_in in = {};
    std::memcpy(&in, &address.addr, sizeof in);
    return Ipv4FromOctets(reinterpret_cast<const uint8_t*>(&in.sin_addr));
  }
  if (address.family == AF_INET6) {
    sockaddr_in6 in6 = {};
    // curl_sockaddr ends in a sockaddr that is longer in truth.
    std::memcpy(&in6, reinterpret_cast<const char*>(&address) + offsetof(curl_sockaddr, addr),
                sizeof in6);
    return Ipv6FromOctets(in6.sin6_addr.s6_addr);
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<CurlTransfer> CurlTransfer::Create(FetchJobPtr& job,
                                                   const HttpFetcherOptions& options,
                                                   absl::Time now) {
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(std::move(job), options, now));
  if (transfer->prepared_) return transfer;
  job = transfer->TakeJob();
  return nullptr;
}

CurlTransfer::CurlTransfer(FetchJobPtr job, const HttpFetcherOptions& options, absl::Time now)
    : options_(options),
      job_(std::move(job)),
      reader_({job_->request.accept, job_->request.max_bytes, options.max_header_bytes}, now),
      handle_(curl_easy_init()) {
  prepared_ = handle_ != nullptr;
  if (!prepared_) return;
  SetRequest();
  SetHeaders();
  SetGuards();
  SetLimits(now);
}

template <typename Value>
void CurlTransfer::Set(CURLoption option, Value value) {
  static_assert(!std::is_same<Value, int>::value, "libcurl takes long");
  if (curl_easy_setopt(handle_.get(), option, value) != CURLE_OK) prepared_ = false;
}

void CurlTransfer::SetRequest() {
  const HttpRequest& request = job_->request;
  Set(CURLOPT_URL, job_->url.text.c_str());
  Set(CURLOPT_PRIVATE, static_cast<void*>(this));
  Set(CURLOPT_ERRORBUFFER, error_.data());
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(CURLOPT_USERAGENT, options_.user_agent.c_str());
  if (request.method == HttpMethod::kPost) {
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    Set(CURLOPT_POSTFIELDS, request.body.data());  // not copied: the job keeps it
  } else {
    Set(CURLOPT_HTTPGET, 1L);
  }
  Set(CURLOPT_HEADERFUNCTION, &CurlTransfer::OnLine);
  Set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  Set(CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody);
  Set(CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void CurlTransfer::AddHeader(const std::string& line) {
  curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str());
  if (longer == nullptr) {
    prepared_ = false;
    return;
  }
  static_cast<void>(headers_.release());  // a part of `longer`
  headers_.reset(longer);
}

void CurlTransfer::SetHeaders() {
  const HttpRequest& request = job_->request;
  AddHeader("Expect:");  // no waiting for 100
  if (!request.accept.empty()) {
    AddHeader(absl::StrCat("Accept: ", absl::StrJoin(request.accept, ", ")));
  }
  if (request.method == HttpMethod::kPost) {
    AddHeader(absl::StrCat("Content-Type: ", request.content_type));
  }
  if (!request.if_none_match.empty()) {
    AddHeader(absl::StrCat("If-None-Match: ", request.if_none_match));
  }
  if (!request.if_modified_since.empty()) {
    AddHeader(absl::StrCat("If-Modified-Since: ", request.if_modified_since));
  }
  if (request.no_cache) AddHeader("Cache-Control: no-cache");
  Set(CURLOPT_HTTPHEADER, headers_.get());
}

void CurlTransfer::SetGuards() {
  Set(CURLOPT_PROTOCOLS_STR, kHttpOnly);
  Set(CURLOPT_REDIR_PROTOCOLS_STR, kHttpOnly);
  Set(CURLOPT_FOLLOWLOCATION, 0L);  // CurlFetcher follows, and looks first
  Set(CURLOPT_HTTP09_ALLOWED, 0L);
  Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  // A proxy, also "", keeps libcurl from looking into the environment for one.
  Set(CURLOPT_PROXY, options_.proxy.c_str());
  Set(CURLOPT_NOPROXY, kNoProxy);
  if (options_.proxy.empty()) {
    Set(CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::OnSocket);
    Set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
  } else {
    Set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  }
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options_.ca_file.empty()) Set(CURLOPT_CAINFO, options_.ca_file.c_str());
}

void CurlTransfer::SetLimits(absl::Time now) {
  const absl::Duration left = std::min(job_->request.deadline - now, options_.total_timeout);
  Set(CURLOPT_TIMEOUT_MS, Milliseconds(left));
  Set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(options_.connect_timeout));
  Set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options_.low_speed_bytes));
  Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(absl::ToInt64Seconds(options_.low_speed_time)));
  Set(CURLOPT_MAXAGE_CONN, kConnectionSeconds);
  // Do not wait for a lookup that hangs in getaddrinfo when its request is given up.
  Set(CURLOPT_QUICK_EXIT, 1L);
}

size_t CurlTransfer::OnLine(char* bytes, size_t one, size_t size, void* self) {
  // Anything but `size` ends the transfer.
  HttpReplyReader& reader = static_cast<CurlTransfer*>(self)->reader_;
  return reader.OnLine(absl::string_view(bytes, size)) ? size : size + 1;
}

size_t CurlTransfer::OnBody(char* bytes, size_t one, size_t size, void* self) {
  HttpReplyReader& reader = static_cast<CurlTransfer*>(self)->reader_;
  return reader.OnBody(absl::string_view(bytes, size)) ? size : size + 1;
}

curl_socket_t CurlTransfer::OnSocket(void* self, curlsocktype purpose, curl_sockaddr* address) {
  CurlTransfer& transfer = *static_cast<CurlTransfer*>(self);
  const std::optional<IpAddress> to = AddressOf(*address);
  if (!to) return CURL_SOCKET_BAD;
  if (!MayConnect(*to, transfer.options_.allowed_addresses)) {
    transfer.blocked_ =
        absl::StrCat(to->ToString(), " (", AddressClassName(ClassifyAddress(*to)), ")");
    return CURL_SOCKET_BAD;
  }
  transfer.connected_ = true;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

FetchResult CurlTransfer::Result(CURLcode code) {
  const std::string where = absl::StrCat(PrintableUrl(job_->url.text), ": ");
  if (reader_.failure() != FetchFailure::kNone) {
    return FailedFetch(reader_.failure(), where + reader_.detail());
  }
  if (code != CURLE_OK && !blocked_.empty() && !connected_) {
    return FailedFetch(FetchFailure::kBlockedAddress,
                       absl::StrCat(where, "address ", blocked_, " is not allowed"));
  }
  if (code == CURLE_WRITE_ERROR && reader_.enough()) code = CURLE_OK;
  if (code != CURLE_OK) {
    return FailedFetch(
        FailureOf(code),
        absl::StrCat(where, error_[0] != '\0' ? error_.data() : curl_easy_strerror(code)));
  }
  if (!reader_.whole()) {
    return FailedFetch(FetchFailure::kBadReply, where + "closed before the end of the headers");
  }
  FetchResult result;
  result.reply = std::move(reader_.reply());
  return result;
}

std::string CurlTransfer::RedirectUrl() const {
  const char* url = nullptr;
  if (curl_easy_getinfo(handle_.get(), CURLINFO_REDIRECT_URL, &url) != CURLE_OK) return "";
  return url == nullptr ? "" : url;
}

}  // namespace postern
