// Names whose addresses change from one lookup to the next, and CurlFetcher (O-26).
#include <dlfcn.h>
#include <netdb.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/io/clock.h"
#include "server/io/http/curl_fetcher.h"
#include "server/io/mutex.h"
#include "tests/support/fetch.h"
#include "tests/support/scripted_http_server.h"

namespace postern {
namespace {

// LookupScript has the addresses of changing.test: of one lookup after the other, and of
// those after the last.
class LookupScript {
 public:
  void Set(std::vector<std::string> addresses) {
    const MutexLock lock(mutex_);
    addresses_ = std::move(addresses);
    lookups_ = 0;
  }
  std::string Next() {
    const MutexLock lock(mutex_);
    const size_t lookup = lookups_++;
    return addresses_[lookup < addresses_.size() ? lookup : addresses_.size() - 1];
  }
  size_t lookups() const {
    const MutexLock lock(mutex_);
    return lookups_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<std::string> addresses_ POSTERN_GUARDED_BY(mutex_);
  size_t lookups_ POSTERN_GUARDED_BY(mutex_) = 0;
};

LookupScript& Script() {
  static auto* script = new LookupScript;
  return *script;
}

}  // namespace
}  // namespace postern

// In place of the C library's, for libcurl's lookups.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): those are reserved
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Function = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || std::string(node) != "changing.test") {
    return real(node, service, hints, found);
  }
  return real(postern::Script().Next().c_str(), service, hints, found);
}

namespace postern {
namespace {

using Request = ScriptedHttpServer::Request;
using Reply = ScriptedHttpServer::Reply;

const SystemClock kClock;

// Only 127.0.0.1 is allowed, of all that is not global.
class CurlFetcherNamesTest : public testing::Test {
 protected:
  CurlFetcherNamesTest()
      : server_([this](const Request& request) {
          Reply reply = request.target == "/redirect"
                            ? HttpResponse(302, {{"Location", Url("/")}}, "")
                            : HttpResponse(200, {}, "answer");
          reply.close = true;
          return reply;
        }) {
    fetcher_ = NewFetcher();
  }

  std::unique_ptr<CurlFetcher> NewFetcher() const {
    HttpFetcherOptions options;
    options.allowed_addresses = {*ParseIpPrefix("127.0.0.1/32")};
    options.allowed_ports = {server_.port()};
    return *CurlFetcher::Create(std::move(options), &kClock);
  }
  std::string Url(const std::string& path) const {
    return absl::StrCat("http://changing.test:", server_.port(), path);
  }
  FetchResult Fetch(const std::string& path) { return FetchNow(*fetcher_, GetOf(Url(path))); }

  ScriptedHttpServer server_;
  std::unique_ptr<CurlFetcher> fetcher_;
};

TEST_F(CurlFetcherNamesTest, ConnectsToTheAddressThatWasVettedO26) {
  Script().Set({"127.0.0.1", "127.0.0.2"});
  const FetchResult result = Fetch("/");
  EXPECT_TRUE(result.ok()) << result.detail;
  EXPECT_EQ(result.reply.body, "answer");
  EXPECT_EQ(Script().lookups(), 1U) << "another lookup could lead elsewhere";
}

TEST_F(CurlFetcherNamesTest, ABlockedAddressIsNotLookedUpAgainO26) {
  for (const char* address : {"127.0.0.2", "10.0.0.1", "169.254.169.254", "::1"}) {
    Script().Set({address, "127.0.0.1"});
    fetcher_ = NewFetcher();  // It remembers no address.
    const FetchResult result = Fetch("/");
    EXPECT_EQ(result.failure, FetchFailure::kBlockedAddress) << address << ": " << result.detail;
    EXPECT_EQ(Script().lookups(), 1U) << address;
  }
  EXPECT_EQ(server_.Connections(), 0U);
}

TEST_F(CurlFetcherNamesTest, ARedirectToTheSameNameLeadsToNoOtherPlaceO26) {
  Script().Set({"127.0.0.1", "127.0.0.2"});
  const FetchResult result = Fetch("/redirect");
  // Whether libcurl remembers the address or looks the name up anew: the new one is vetted.
  if (Script().lookups() == 1) {
    EXPECT_TRUE(result.ok()) << result.detail;
    EXPECT_EQ(server_.Connections(), 2U);
  } else {
    EXPECT_EQ(result.failure, FetchFailure::kBlockedAddress) << result.detail;
    EXPECT_EQ(server_.Connections(), 1U);
  }
}

}  // namespace
}  // namespace postern
