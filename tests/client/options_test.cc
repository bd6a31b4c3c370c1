#include "client/options.h"

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using ::testing::HasSubstr;

TEST(CheckOptions, AcceptsTheDefaults) { EXPECT_TRUE(CheckOptions({}).ok()); }

TEST(CheckOptions, NamesTheMemberThatIsOutOfItsRange) {
  const struct {
    const char* member;
    std::function<void(Options&)> spoil;
  } kCases[] = {
      {"target", [](Options& o) { o.target.clear(); }},
      {"retry.max_attempts", [](Options& o) { o.retry.max_attempts = 0; }},
      {"retry.max_attempts", [](Options& o) { o.retry.max_attempts = 6; }},
      {"retry.initial_backoff", [](Options& o) { o.retry.initial_backoff = absl::ZeroDuration(); }},
      {"retry.max_backoff", [](Options& o) { o.retry.max_backoff = absl::Milliseconds(49); }},
      {"retry.max_backoff", [](Options& o) { o.retry.max_backoff = absl::InfiniteDuration(); }},
      {"tls.ca",
       [](Options& o) {
         o.tls = TlsFiles{"", "cert.pem", "key.pem"};
       }},
      {"tls.cert without",
       [](Options& o) {
         o.tls = TlsFiles{"ca.pem", "cert.pem", ""};
       }},
      {"tls.key without",
       [](Options& o) {
         o.tls = TlsFiles{"ca.pem", "", "key.pem"};
       }},
      {"resolve_domain_policy.timeout",
       [](Options& o) { o.resolve_domain_policy.timeout = absl::ZeroDuration(); }},
      {"resolve_relay_policy.timeout",
       [](Options& o) { o.resolve_relay_policy.timeout = absl::Seconds(-1); }},
      {"resolve_domain_policy_batch.timeout",
       [](Options& o) { o.resolve_domain_policy_batch.timeout = absl::ZeroDuration(); }},
      {"stream_domain_policies.timeout",
       [](Options& o) { o.stream_domain_policies.timeout = absl::ZeroDuration(); }},
      {"verify_handshake.timeout",
       [](Options& o) { o.verify_handshake.timeout = absl::ZeroDuration(); }},
      {"verify_handshake_batch.timeout",
       [](Options& o) { o.verify_handshake_batch.timeout = absl::ZeroDuration(); }},
      {"get_status.timeout", [](Options& o) { o.get_status.timeout = absl::ZeroDuration(); }},
      {"list_cached_policies.timeout",
       [](Options& o) { o.list_cached_policies.timeout = absl::ZeroDuration(); }},
      {"purge_cached_policies.timeout",
       [](Options& o) { o.purge_cached_policies.timeout = absl::ZeroDuration(); }},
  };
  for (const auto& test : kCases) {
    Options options;
    test.spoil(options);
    const absl::Status status = CheckOptions(options);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << test.member;
    EXPECT_THAT(std::string(status.message()), HasSubstr(test.member));
  }
}

}  // namespace
}  // namespace postern
