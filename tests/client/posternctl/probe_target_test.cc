#include "client/posternctl/probe_target.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

using ::testing::HasSubstr;

TEST(ParseProbeTarget, TakesAHostAndAPort) {
  const struct {
    const char* text;
    const char* host;
    uint16_t port;
  } kCases[] = {
      {"mx.test", "mx.test", 25},
      {"mx.test:587", "mx.test", 587},
      {"[192.0.2.1]", "[192.0.2.1]", 25},
      {"[192.0.2.1]:65535", "[192.0.2.1]", 65535},
      {"[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]", 25},
      {"[IPv6:2001:db8::1]:1", "[IPv6:2001:db8::1]", 1},
  };
  for (const auto& test : kCases) {
    const auto target = ParseProbeTarget(test.text, 25);
    ASSERT_TRUE(target.ok()) << target.status();
    EXPECT_EQ(target->host, test.host);
    EXPECT_EQ(target->port, test.port);
  }
}

TEST(ParseProbeTarget, SaysWhatIsWrong) {
  const struct {
    const char* text;
    const char* why;
  } kCases[] = {
      {"", "the host is empty"},
      {":25", "the host is empty"},
      {"mx.test:", "'' is no port"},
      {"mx.test:0", "'0' is no port"},
      {"mx.test:65536", "'65536' is no port"},
      {"mx.test:smtp", "'smtp' is no port"},
      {"2001:db8::1", "[IPv6:2001:db8::1]"},
      {"[IPv6:2001:db8::1", "several colons"},
  };
  for (const auto& test : kCases) {
    const auto target = ParseProbeTarget(test.text, 25);
    ASSERT_FALSE(target.ok()) << test.text;
    EXPECT_THAT(std::string(target.status().message()), HasSubstr(test.why));
  }
}

}  // namespace
}  // namespace postern::posternctl
