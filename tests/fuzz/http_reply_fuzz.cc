// A responder's bytes as HttpReplyReader gets them, and the header values by themselves:
// lines up to an empty one, and after that the body in pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/core/net/http_date.h"
#include "server/core/net/http_header.h"
#include "server/io/http/http_fetcher.h"
#include "server/io/http/http_reply_reader.h"

namespace postern {
namespace {

constexpr size_t kMaxBody = 64;
constexpr size_t kMaxHeaders = 4096;
constexpr size_t kPiece = 7;
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

void Require(bool holds) {
  if (!holds) abort();
}

void RequireDelta(const std::optional<absl::Duration>& delta) {
  Require(!delta || (*delta >= absl::ZeroDuration() && *delta <= kLongestDelta));
}

void RequireDate(const std::optional<absl::Time>& date) {
  Require(!date || (*date >= absl::UnixEpoch() && *date < absl::FromUnixSeconds(253402300800)));
}

void RequireType(const std::string& type) {
  if (type.empty()) return;
  Require(std::count(type.begin(), type.end(), '/') == 1);
  Require(absl::AsciiStrToLower(type) == type && ParseMediaType(type) == type);
  Require(std::all_of(type.begin(), type.end(), [](char c) { return c > ' ' && c < 0x7f; }));
}

void RequireSendable(const std::string& value) {
  Require(value.size() <= 256);
  Require(std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
}

void CheckValue(absl::string_view value) {
  RequireDelta(ParseDeltaSeconds(value));
  RequireDelta(ParseRetryAfter(value, kNow));
  RequireDelta(ParseCacheControl(value).max_age);
  RequireDate(ParseHttpDate(value, kNow));
  RequireType(ParseMediaType(value));
}

void CheckReply(const HttpReply& reply) {
  Require(reply.status == 0 || (reply.status >= 100 && reply.status <= 999));
  Require(reply.body.size() <= kMaxBody && (reply.body.empty() || reply.status == 200));
  RequireType(reply.content_type);
  RequireSendable(reply.etag);
  RequireSendable(reply.last_modified);
  RequireDelta(reply.max_age);
  RequireDelta(reply.age);
  RequireDelta(reply.retry_after);
  RequireDate(reply.date);
}

// Read gives the bytes to the reader, and returns whether it took them all.
bool Read(absl::string_view bytes, HttpReplyReader& reader) {
  while (!bytes.empty() && !reader.whole()) {
    const absl::string_view line = bytes.substr(0, bytes.find('\n')).substr(0, kMaxHeaders);
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    CheckValue(line);
    const size_t colon = line.find(':');
    if (colon != absl::string_view::npos) CheckValue(line.substr(colon + 1));
    if (!reader.OnLine(line)) return false;
  }
  while (!bytes.empty()) {
    const absl::string_view piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    if (!reader.OnBody(piece)) return false;
  }
  return true;
}

void Check(absl::string_view bytes) {
  HttpReplyReader reader({{}, kMaxBody, kMaxHeaders}, kNow);
  const bool all = Read(bytes, reader);
  Require(all == (reader.failure() == FetchFailure::kNone && !reader.enough()));
  Require(reader.failure() == FetchFailure::kNone || !reader.detail().empty());
  CheckReply(reader.reply());
}

}  // namespace
}  // namespace postern

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  postern::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
