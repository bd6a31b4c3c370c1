#include "server/core/net/ip_address.h"

#include <string>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(ParseIpAddress, ReadsBothFamiliesAndWritesThemBack) {
  for (const char* text : {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "::ffff:192.0.2.1"}) {
    const auto address = ParseIpAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(ParseIpAddress, RefusesWhatOnlySomeWouldTakeForOne) {
  for (const std::string& text :
       {std::string(""), std::string("127.1"), std::string("0x7f.0.0.1"), std::string("1.2.3.4 "),
        std::string("256.0.0.1"), std::string("[::1]"), std::string("fe80::1%eth0"),
        std::string("1.2.3.4\0x", 9), std::string(100, '1')}) {
    EXPECT_FALSE(ParseIpAddress(text)) << text;
  }
}

struct PrefixCase {
  const char* prefix;
  const char* address;
  bool contained;
};

TEST(IpPrefix, ContainsWhatBeginsWithItsBits) {
  for (const PrefixCase& one : {
           PrefixCase{"10.0.0.0/8", "10.255.255.255", true},
           PrefixCase{"10.0.0.0/8", "11.0.0.0", false},
           PrefixCase{"100.64.0.0/10", "100.127.255.255", true},
           PrefixCase{"100.64.0.0/10", "100.128.0.0", false},
           PrefixCase{"0.0.0.0/0", "203.0.113.9", true},
           PrefixCase{"0.0.0.0/0", "::", false},
           PrefixCase{"10.0.0.0/8", "::ffff:10.0.0.1", false},
           PrefixCase{"192.0.2.1", "192.0.2.1", true},
           PrefixCase{"192.0.2.1", "192.0.2.0", false},
           PrefixCase{"2001:db8::/33", "2001:db8:7fff::", true},
           PrefixCase{"2001:db8::/33", "2001:db8:8000::", false},
       }) {
    EXPECT_EQ(ParseIpPrefix(one.prefix)->Contains(*ParseIpAddress(one.address)), one.contained)
        << one.prefix << " " << one.address;
  }
}

TEST(ParseIpPrefix, SaysWhatIsWrong) {
  for (const char* text : {"", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
                           "10.0.0.1/8", "::/129", "2001:db8::1/64", "/8", "10.0.0.0/8/8"}) {
    const auto prefix = ParseIpPrefix(text);
    EXPECT_EQ(prefix.status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace postern
