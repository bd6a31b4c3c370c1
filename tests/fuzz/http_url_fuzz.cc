// CheckHttpUrl with any bytes: what it lets through is what may be asked for, in a form that
// it lets through as well.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_fetcher_options.h"
#include "server/io/http/http_url.h"

namespace postern {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

void Check(absl::string_view text) {
  const HttpFetcherOptions options;
  HttpUrl url;
  FetchResult failure;
  if (!CheckHttpUrl(text, options, &url, &failure)) {
    Require(failure.failure == FetchFailure::kBadUrl ||
            failure.failure == FetchFailure::kBlockedAddress);
    Require(failure.detail.size() < 400);
    return;
  }
  Require(absl::StartsWith(url.text, url.https ? "https://" : "http://"));
  Require(
      std::all_of(url.text.begin(), url.text.end(), [](char c) { return c > ' ' && c < 0x7f; }));
  Require(!absl::StrContains(url.text, "#"));
  Require(absl::EndsWith(url.responder, ":80") || absl::EndsWith(url.responder, ":443"));
  HttpUrl again;
  HttpFetcherOptions wider;
  wider.max_url_bytes = url.text.size();
  Require(CheckHttpUrl(url.text, wider, &again, &failure));
  Require(again.responder == url.responder && again.https == url.https);
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
