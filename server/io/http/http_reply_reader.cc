#include "server/io/http/http_reply_reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/core/net/http_date.h"
#include "server/core/net/http_header.h"

namespace postern {
namespace {

constexpr int kOk = 200;
// Longer validators are forgotten: the next request is then not conditional.
constexpr size_t kLongestValidator = 256;

// Validator is the value if it may be sent back one day.
std::string Validator(absl::string_view value) {
  const bool sendable =
      value.size() <= kLongestValidator &&
      std::all_of(value.begin(), value.end(), [](unsigned char c) { return c >= ' ' && c < 0x7f; });
  return sendable ? std::string(value) : "";
}

}  // namespace

bool HttpReplyReader::Stop(FetchFailure failure, std::string detail) {
  failure_ = failure;
  detail_ = std::move(detail);
  return false;
}

bool HttpReplyReader::OnLine(absl::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > limits_.max_header_bytes) {
    return Stop(FetchFailure::kTooLarge, absl::StrCat("the reply's headers are longer than ",
                                                      limits_.max_header_bytes, " octets"));
  }
  if (headers_read_) return true;  // a trailer
  line = absl::StripTrailingAsciiWhitespace(line);
  if (line.empty()) return OnEndOfHeaders();
  if (absl::StartsWith(line, "HTTP/")) return OnStatusLine(line);
  const size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return true;
  return OnField(line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 1)));
}

bool HttpReplyReader::OnStatusLine(absl::string_view line) {
  reply_ = HttpReply();
  type_seen_ = encoded_ = announced_too_much_ = false;
  // HTTP/1.1 200 OK
  const size_t space = line.find(' ');
  const absl::string_view code = space == absl::string_view::npos ? "" : line.substr(space + 1, 3);
  const bool digits = code.size() == 3 && std::all_of(code.begin(), code.end(), [](char c) {
                        return absl::ascii_isdigit(static_cast<unsigned char>(c));
                      });
  int status = 0;
  if (!absl::StartsWith(line, "HTTP/1.") || !digits || !absl::SimpleAtoi(code, &status) ||
      status < 100) {
    return Stop(FetchFailure::kBadReply, "the status line is not one of HTTP/1");
  }
  reply_.status = status;
  return true;
}

bool HttpReplyReader::OnField(absl::string_view name, absl::string_view value) {
  const auto is = [name](absl::string_view other) { return absl::EqualsIgnoreCase(name, other); };
  if (is("Content-Type")) {
    const std::string type = ParseMediaType(value);
    // Two that differ are none.
    reply_.content_type = type_seen_ && type != reply_.content_type ? "" : type;
    type_seen_ = true;
  } else if (is("Content-Encoding")) {
    encoded_ |= !absl::EqualsIgnoreCase(value, "identity");
  } else if (is("Content-Length")) {
    // What is no number, or too great for one, is too much as well.
    uint64_t length = 0;
    announced_too_much_ |= !absl::SimpleAtoi(value, &length) || length > limits_.max_bytes;
  } else if (is("Transfer-Encoding")) {
    if (!absl::EqualsIgnoreCase(value, "chunked")) {
      return Stop(FetchFailure::kBadReply, "the reply has a Transfer-Encoding beside chunked");
    }
  } else if (is("ETag")) {
    reply_.etag = Validator(value);
  } else if (is("Last-Modified")) {
    reply_.last_modified = Validator(value);
  } else if (is("Cache-Control")) {
    const CacheControl control = ParseCacheControl(value);
    reply_.no_store |= control.no_store;
    reply_.no_cache |= control.no_cache;
    if (control.max_age) {
      reply_.max_age = std::min(reply_.max_age.value_or(*control.max_age), *control.max_age);
    }
  } else if (is("Age")) {
    reply_.age = ParseDeltaSeconds(value);
  } else if (is("Retry-After")) {
    reply_.retry_after = ParseRetryAfter(value, now_);
  } else if (is("Date")) {
    reply_.date = ParseHttpDate(value, now_);
  }
  return true;
}

bool HttpReplyReader::OnEndOfHeaders() {
  if (reply_.status < kOk) return true;  // interim: the next status line begins anew
  headers_read_ = true;
  // The body of another status is not looked at.
  if (reply_.status != kOk) return true;
  const std::vector<std::string>& accept = limits_.accept;
  if (!accept.empty() &&
      std::find(accept.begin(), accept.end(), reply_.content_type) == accept.end()) {
    return Stop(FetchFailure::kWrongType,
                absl::StrCat("Content-Type is ",
                             reply_.content_type.empty() ? "missing or unreadable"
                                                         : reply_.content_type.substr(0, 100),
                             ", not ", absl::StrJoin(accept, " or ")));
  }
  if (encoded_) {
    // None was asked for, and none is undone here.
    return Stop(FetchFailure::kWrongType, "the reply has a Content-Encoding");
  }
  return !announced_too_much_ || StopAtBound();
}

bool HttpReplyReader::StopAtBound() {
  return Stop(FetchFailure::kTooLarge,
              absl::StrCat("the reply is longer than ", limits_.max_bytes, " octets"));
}

bool HttpReplyReader::OnBody(absl::string_view bytes) {
  const bool fits = bytes.size() <= limits_.max_bytes - body_bytes_;
  if (reply_.status != kOk) {
    // Read so that the connection can be used again, but not for ever.
    enough_ = !fits;
  } else if (!fits) {
    return StopAtBound();
  } else {
    reply_.body.append(bytes.data(), bytes.size());
  }
  if (fits) body_bytes_ += bytes.size();
  return fits;
}

}  // namespace postern
