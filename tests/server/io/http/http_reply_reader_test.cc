#include "server/io/http/http_reply_reader.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(784'111'777);

HttpReplyReader::Limits Limits() { return {{}, 10, 1000}; }

bool ReadLines(HttpReplyReader& reader, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (!reader.OnLine(line + "\r\n")) return false;
  }
  return true;
}

TEST(HttpReplyReader, ReadsTheHeadersThatMatter) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(ReadLines(
      reader, {"HTTP/1.1 503 Busy", "content-type: Text/Plain; charset=x", "ETAG: W/\"1\"",
               "Last-Modified:Sun, 06 Nov 1994 08:49:37 GMT", "Cache-Control: max-age=30",
               "Cache-Control: max-age=20, no-store", "Age: 5", "Retry-After: 7",
               "Date: Sun, 06 Nov 1994 08:49:37 GMT", "no colon here", ""}));
  EXPECT_TRUE(reader.whole());
  const HttpReply& reply = reader.reply();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.content_type, "text/plain");
  EXPECT_EQ(reply.etag, "W/\"1\"");
  EXPECT_EQ(reply.last_modified, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(reply.max_age, absl::Seconds(20));
  EXPECT_TRUE(reply.no_store);
  EXPECT_FALSE(reply.no_cache);
  EXPECT_EQ(reply.age, absl::Seconds(5));
  EXPECT_EQ(reply.retry_after, absl::Seconds(7));
  EXPECT_EQ(reply.date, kNow);
}

TEST(HttpReplyReader, ForgetsWhatAnInterimReplySaid) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(ReadLines(reader, {"HTTP/1.1 103 Early", "ETag: \"old\"", ""}));
  EXPECT_FALSE(reader.whole());
  ASSERT_TRUE(ReadLines(reader, {"HTTP/1.1 200 OK", ""}));
  EXPECT_TRUE(reader.whole());
  EXPECT_EQ(reader.reply().etag, "");
}

TEST(HttpReplyReader, BelievesNoTrailer) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(ReadLines(reader, {"HTTP/1.1 200 OK", "ETag: \"a\"", "", "HTTP/1.1 404 No",
                                 "ETag: \"b\"", "Content-Encoding: gzip", ""}));
  EXPECT_EQ(reader.reply().status, 200);
  EXPECT_EQ(reader.reply().etag, "\"a\"");
}

TEST(HttpReplyReader, KeepsNoValidatorThatCannotBeSentBack) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(ReadLines(reader, {"HTTP/1.1 200 OK", "ETag: \"a\x01\"",
                                 "Last-Modified: " + std::string(257, 'x'), ""}));
  EXPECT_EQ(reader.reply().etag, "");
  EXPECT_EQ(reader.reply().last_modified, "");
}

TEST(HttpReplyReader, TheBodyEndsAtItsBound) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(ReadLines(reader, {"HTTP/1.1 200 OK", ""}));
  EXPECT_TRUE(reader.OnBody("12345"));
  EXPECT_TRUE(reader.OnBody("67890"));
  EXPECT_TRUE(reader.OnBody(""));
  EXPECT_FALSE(reader.OnBody("x"));
  EXPECT_EQ(reader.failure(), FetchFailure::kTooLarge);
}

TEST(HttpReplyReader, TheBodyOfAnErrorIsNotKeptAndTooMuchOfItIsNoFailure) {
  HttpReplyReader reader(Limits(), kNow);
  ASSERT_TRUE(
      ReadLines(reader, {"HTTP/1.1 404 No", "Content-Encoding: gzip", "Content-Length: 11", ""}));
  EXPECT_TRUE(reader.OnBody("12345"));
  EXPECT_FALSE(reader.enough());
  EXPECT_FALSE(reader.OnBody("678901"));
  EXPECT_TRUE(reader.enough());
  EXPECT_EQ(reader.failure(), FetchFailure::kNone);
  EXPECT_EQ(reader.reply().body, "");
}

TEST(HttpReplyReader, ALengthPastTheBoundStopsItBeforeTheBody) {
  for (const char* length : {"11", "-1", "x", "", "99999999999999999999999"}) {
    HttpReplyReader reader(Limits(), kNow);
    EXPECT_FALSE(
        ReadLines(reader, {"HTTP/1.1 200 OK", std::string("Content-Length: ") + length, ""}))
        << length;
    EXPECT_EQ(reader.failure(), FetchFailure::kTooLarge);
  }
  HttpReplyReader reader(Limits(), kNow);
  EXPECT_TRUE(ReadLines(reader, {"HTTP/1.1 200 OK", "Content-Length: 10", ""}));
}

TEST(HttpReplyReader, RefusesAnEncodingOfABody) {
  HttpReplyReader reader(Limits(), kNow);
  EXPECT_FALSE(ReadLines(reader, {"HTTP/1.1 200 OK", "Content-Encoding: gzip", ""}));
  EXPECT_EQ(reader.failure(), FetchFailure::kWrongType);
  HttpReplyReader identity(Limits(), kNow);
  EXPECT_TRUE(ReadLines(identity, {"HTTP/1.1 200 OK", "Content-Encoding: Identity", ""}));
}

TEST(HttpReplyReader, RefusesOtherStatusLines) {
  for (const char* line : {"HTTP/2 200", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2x0 OK",
                           "HTTP/1.1 +20", "HTTP/1.1 099 Low"}) {
    HttpReplyReader reader(Limits(), kNow);
    EXPECT_FALSE(reader.OnLine(line)) << line;
    EXPECT_EQ(reader.failure(), FetchFailure::kBadReply);
    EXPECT_EQ(reader.reply().status, 0) << line;  // no status that was refused
  }
}

}  // namespace
}  // namespace postern
