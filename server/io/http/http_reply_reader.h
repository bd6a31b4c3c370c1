// Reads an HTTP reply as it comes, line by line and piece by piece, and says when it is
// not to be read on. For CurlTransfer, which frames it. Not thread safe.
#ifndef POSTERN_SERVER_IO_HTTP_HTTP_REPLY_READER_H_
#define POSTERN_SERVER_IO_HTTP_HTTP_REPLY_READER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/io/http/http_fetcher.h"

namespace postern {

// HttpReplyReader holds the bounds of one reply.
class HttpReplyReader {
 public:
  struct Limits {
    std::vector<std::string> accept;
    size_t max_bytes = 0;
    size_t max_header_bytes = 0;
  };

  // `now` is when the reply is read, for its dates.
  HttpReplyReader(Limits limits, absl::Time now) : limits_(std::move(limits)), now_(now) {}

  // OnLine takes a header line, with its end; also of interim replies, and of trailers,
  // which are not believed. False: stop, for failure() is set.
  bool OnLine(absl::string_view line);
  // OnBody takes what comes next of the body. Only that of a 200 is kept; of another it
  // may say false without a failure, where no more of it is worth reading: see enough().
  bool OnBody(absl::string_view bytes);

  // failure() is kNone, kTooLarge, kWrongType or kBadReply; detail() says more.
  FetchFailure failure() const { return failure_; }
  const std::string& detail() const { return detail_; }

  // whole() says that the headers of the final reply have been read to their end: libcurl
  // takes a connection that is closed before for a reply.
  bool whole() const { return headers_read_; }
  bool enough() const { return enough_; }
  // reply() is what has been read.
  HttpReply& reply() { return reply_; }

 private:
  bool Stop(FetchFailure failure, std::string detail);
  bool StopAtBound();
  bool OnStatusLine(absl::string_view line);
  bool OnField(absl::string_view name, absl::string_view value);
  bool OnEndOfHeaders();

  const Limits limits_;
  const absl::Time now_;
  size_t header_bytes_ = 0;
  size_t body_bytes_ = 0;
  bool headers_read_ = false;  // of the final reply
  bool enough_ = false;
  // Of the reply that is being read.
  bool type_seen_ = false;
  bool encoded_ = false;
  bool announced_too_much_ = false;
  HttpReply reply_;
  FetchFailure failure_ = FetchFailure::kNone;
  std::string detail_;
};

}  // namespace postern

#endif  // POSTERN_SERVER_IO_HTTP_HTTP_REPLY_READER_H_
