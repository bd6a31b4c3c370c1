#include "server/io/http/curl_multi.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"

namespace postern {

absl::StatusOr<std::unique_ptr<CurlMulti>> CurlMulti::Create(const HttpFetcherOptions& options) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  std::unique_ptr<CurlMulti> made(new CurlMulti(options));
  made->multi_.reset(started == CURLE_OK ? curl_multi_init() : nullptr);
  CURLM* const multi = made->multi_.get();
  if (multi == nullptr) {
    return absl::ResourceExhaustedError(
        "libcurl does not start; is the limit of open files or of memory too low?");
  }
  const auto idle = static_cast<long>(options.max_idle_connections);
  if (curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle) != CURLM_OK ||
      curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING)) !=
          CURLM_OK) {
    return absl::ResourceExhaustedError("libcurl does not take its options");
  }
  return made;
}

CurlMulti::~CurlMulti() { TakeAll(); }

bool CurlMulti::Start(FetchJobPtr& job, absl::Time now) {
  std::unique_ptr<CurlTransfer> transfer = CurlTransfer::Create(job, options_, now);
  if (transfer == nullptr) return false;
  if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) {
    job = transfer->TakeJob();
    return false;
  }
  const uint64_t id = transfer->job().id;
  transfers_.emplace(id, std::move(transfer));
  return true;
}

std::vector<CurlMulti::Ended> CurlMulti::Perform() {
  int number = 0;
  curl_multi_perform(multi_.get(), &number);
  std::vector<Ended> ended;
  while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &number)) {
    if (message->msg != CURLMSG_DONE) continue;
    // The message goes with the handle.
    const CURLcode code = message->data.result;
    CurlTransfer* private_pointer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);
    const std::unique_ptr<CurlTransfer> transfer = TakeTransfer(private_pointer->job().id);
    Ended one;
    one.result = transfer->Result(code);
    if (one.result.ok()) one.redirect = transfer->RedirectUrl();
    one.job = transfer->TakeJob();
    ended.push_back(std::move(one));
  }
  return ended;
}

void CurlMulti::Wait(absl::Duration longest) {
  // Rounded up, so that it does not spin for the last millisecond.
  const absl::Duration wait =
      absl::Ceil(std::max(longest, absl::ZeroDuration()), absl::Milliseconds(1));
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(wait)),
                  nullptr);
}

void CurlMulti::Wake() { curl_multi_wakeup(multi_.get()); }

std::unique_ptr<CurlTransfer> CurlMulti::TakeTransfer(uint64_t id) {
  const auto found = transfers_.find(id);
  if (found == transfers_.end()) return nullptr;
  std::unique_ptr<CurlTransfer> transfer = std::move(found->second);
  transfers_.erase(found);
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  return transfer;
}

FetchJobPtr CurlMulti::Take(uint64_t id) {
  const std::unique_ptr<CurlTransfer> transfer = TakeTransfer(id);
  return transfer == nullptr ? nullptr : transfer->TakeJob();
}

std::vector<FetchJobPtr> CurlMulti::TakeAll() {
  std::vector<FetchJobPtr> jobs;
  while (!transfers_.empty()) jobs.push_back(Take(transfers_.begin()->first));
  return jobs;
}

}  // namespace postern
