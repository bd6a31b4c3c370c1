// What a responder can do to CurlFetcher, and what comes of it.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

using Request = ScriptedHttpServer::Request;
using Reply = ScriptedHttpServer::Reply;

constexpr const char* kType = "application/ocsp-response";
const SystemClock kClock;

struct HostileCase {
  const char* label;
  std::string bytes;  // SELF stands for the server's host and port
  FetchFailure failure;
  int status = 0;  // if there is no failure
  bool close = false;
  std::string drip = {};
};

std::string Head(const std::string& fields) {
  return absl::StrCat("HTTP/1.1 200 OK\r\nContent-Type: ", kType, "\r\n", fields, "\r\n");
}

std::string Many(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string Redirect(const std::string& location) {
  return HttpResponse(302, {{"Location", location}}, "");
}

std::vector<HostileCase> Cases() {
  constexpr FetchFailure kNone = FetchFailure::kNone;
  const std::string chunked = Head("Transfer-Encoding: chunked\r\n");
  return {
      {"HugeByContentLength", Head("Content-Length: 99999999999\r\n"), FetchFailure::kTooLarge},
      {"HugeUnannounced", Head("") + std::string(1 << 20, 'x'), FetchFailure::kTooLarge},
      {"HugeChunked", chunked + "100000\r\n" + std::string(1 << 20, 'x'), FetchFailure::kTooLarge},
      {"HeaderFlood", Head(Many("X-Flood: 0123456789\r\n", 1000)), FetchFailure::kTooLarge},
      {"OneLongHeader", Head("X: " + std::string(200000, 'x') + "\r\n"), FetchFailure::kTooLarge},
      {"InterimFlood", Many("HTTP/1.1 103 Early\r\n\r\n", 1000), FetchFailure::kTooLarge},
      {"TrailerFlood", chunked + "0\r\n" + Many("X-Flood: 0123456789\r\n", 1000) + "\r\n",
       FetchFailure::kTooLarge},
      {"TrailerThatWouldBeAStatus", chunked + "1\r\nx\r\n0\r\nHTTP/1.1 404: No\r\n\r\n", kNone,
       200},
      {"WrongType", HttpResponse(200, {{"Content-Type", "text/html"}}, "<html>"),
       FetchFailure::kWrongType},
      {"NoType", HttpResponse(200, {}, "x"), FetchFailure::kWrongType},
      {"TwoTypes", Head("Content-Type: text/html\r\nContent-Length: 0\r\n"),
       FetchFailure::kWrongType},
      {"TypeWithParameters",
       HttpResponse(200, {{"Content-Type", "Application/OCSP-Response; v=1"}}, "x"), kNone, 200},
      {"MoreThanWasAsked",
       HttpResponse(200, {{"Content-Type", kType}}, "x") + HttpResponse(404, {}, ""), kNone, 200},
      {"WrongTypeOfAnError", HttpResponse(404, {{"Content-Type", "text/html"}}, "no"), kNone, 404},
      {"HugeError",
       "HTTP/1.1 503 Busy\r\nContent-Length: 1048576\r\n\r\n" + std::string(1 << 20, 'x'), kNone,
       503},
      {"GzipOfAnError", "HTTP/1.1 404 No\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
       kNone, 404},
      {"ErrorBrokenOff", "HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n1234",
       FetchFailure::kBadReply, 0, true},
      {"Gzip", Head("Content-Encoding: gzip\r\nContent-Length: 1\r\n") + "x",
       FetchFailure::kWrongType},
      {"TransferGzip", Head("Transfer-Encoding: gzip, chunked\r\n") + "1\r\nx\r\n0\r\n\r\n",
       FetchFailure::kBadReply},
      {"Garbage", std::string("\x16\x03\x01\x02\x00\x01", 6), FetchFailure::kBadReply, 0, true},
      {"Http09", "just a body", FetchFailure::kBadReply, 0, true},
      {"ClosedAtOnce", "", FetchFailure::kBadReply, 0, true},
      {"ClosedInTheHeaders", "HTTP/1.1 200 OK\r\nContent-", FetchFailure::kBadReply, 0, true},
      {"ClosedInTheBody", Head("Content-Length: 9\r\n") + "1234", FetchFailure::kBadReply, 0, true},
      {"ClosedInAChunk", chunked + "9\r\n1234", FetchFailure::kBadReply, 0, true},
      {"ChunkSizeThatIsNone", chunked + "zz\r\nx\r\n", FetchFailure::kBadReply, 0, true},
      {"ChunkSizeThatOverflows", chunked + "fffffffffffffffff\r\nx", FetchFailure::kBadReply, 0,
       true},
      {"NegativeContentLength", Head("Content-Length: -1\r\n") + "x", FetchFailure::kBadReply, 0,
       true},
      {"SwitchesProtocols", "HTTP/1.1 101 Go\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
       FetchFailure::kBadReply, 0, true},
      {"LengthAndChunks", Head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n") + "x",
       FetchFailure::kBadReply, 0, true},
      {"TwoLengths", Head("Content-Length: 1\r\nContent-Length: 9\r\n") + "x",
       FetchFailure::kBadReply, 0, true},
      {"Silence", "", FetchFailure::kTimeout},
      {"SilenceInTheBody", Head("Content-Length: 9\r\n") + "1", FetchFailure::kTimeout},
      {"Drip", "", FetchFailure::kTimeout, 0, false,
       Head("Content-Length: 9999\r\n") + std::string(9999, 'x')},
      {"ChunkExtensionWithoutEnd", chunked + "1;" + std::string(1 << 20, 'x'),
       FetchFailure::kTimeout},
      {"RedirectLoop", Redirect("/"), FetchFailure::kRedirectRefused},
      {"RedirectToAFile", Redirect("file:///etc/passwd"), FetchFailure::kRedirectRefused},
      {"RedirectToGopher", Redirect("gopher://SELF/"), FetchFailure::kRedirectRefused},
      {"RedirectToAnotherPort", Redirect("http://127.0.0.1:22/"), FetchFailure::kRedirectRefused},
      {"RedirectWithCredentials", Redirect("http://a:b@SELF/"), FetchFailure::kRedirectRefused},
      {"RedirectToMetadata", Redirect("http://169.254.169.254:PORT/latest"),
       FetchFailure::kBlockedAddress},
      {"RedirectToNowhere", "HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n", kNone, 302},
  };
}

class CurlFetcherHostileTest : public testing::TestWithParam<HostileCase> {};

TEST_P(CurlFetcherHostileTest, EndsAsItShouldO26) {
  const HostileCase& one = GetParam();
  std::string self;
  std::string port;
  ScriptedHttpServer server([&](const Request&) {
    Reply reply(absl::StrReplaceAll(one.bytes, {{"SELF", self}, {"PORT", port}}));
    reply.drip = one.drip;
    reply.close = one.close;
    return reply;
  });
  port = absl::StrCat(server.port());
  self = absl::StrCat("127.0.0.1:", port);
  HttpFetcherOptions options;
  options.allowed_addresses = {*ParseIpPrefix("127.0.0.0/8")};
  options.allowed_ports = {server.port()};
  // What ends by time ends soon; what ends otherwise is given all the time in the world.
  if (one.failure == FetchFailure::kTimeout) options.total_timeout = absl::Milliseconds(300);
  const auto fetcher = *CurlFetcher::Create(options, &kClock);
  HttpRequest request = GetOf(server.Url("/"));
  request.accept = {kType};
  const FetchResult result = FetchNow(*fetcher, request);
  EXPECT_EQ(FetchFailureName(result.failure), std::string(FetchFailureName(one.failure)))
      << result.detail;
  EXPECT_EQ(result.reply.status, one.status);
}

INSTANTIATE_TEST_SUITE_P(Table, CurlFetcherHostileTest, testing::ValuesIn(Cases()),
                         [](const auto& info) { return std::string(info.param.label); });

}  // namespace
}  // namespace postern
