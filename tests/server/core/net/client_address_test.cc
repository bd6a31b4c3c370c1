#include "server/core/net/client_address.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

std::string Text(const absl::StatusOr<IpAddress>& address) {
  return address.ok() ? address->ToString() : absl::StrCat("! ", address.status().message());
}

std::string Text(const absl::StatusOr<IpPrefix>& prefix) {
  return prefix.ok() ? absl::StrCat(prefix->address.ToString(), "/", prefix->length)
                     : absl::StrCat("! ", prefix.status().message());
}

TEST(ClientAddressSection2, TakesV4MappedAndNat64FormsForTheIpv4Address) {
  EXPECT_EQ(Text(ParseClientAddress("192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(Text(ParseClientAddress("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(Text(ParseClientAddress("::FFFF:c000:0201")), "192.0.2.1");
  EXPECT_EQ(Text(ParseClientAddress("64:ff9b::192.0.2.1")), "192.0.2.1");
  EXPECT_TRUE(ParseClientAddress("::ffff:192.0.2.1")->v4);
}

TEST(ClientAddressSection2, LeavesOtherAddressesThatHoldAnIpv4AddressAsTheyAre) {
  EXPECT_EQ(Text(ParseClientAddress("::192.0.2.1")), "::192.0.2.1") << "v4-compatible";
  EXPECT_EQ(Text(ParseClientAddress("64:ff9b:1::c000:201")), "64:ff9b:1::c000:201")
      << "a local translator's";
  EXPECT_EQ(Text(ParseClientAddress("::ffff:0:192.0.2.1")), "::ffff:0:c000:201");
  EXPECT_EQ(Text(ParseClientAddress("2001:db8::ffff:192.0.2.1")), "2001:db8::ffff:c000:201");
}

TEST(ClientAddressSection2, RefusesWhatIsNoAddressAndSaysWhatIs) {
  for (const absl::string_view text :
       {"", " 192.0.2.1", "192.0.2.1 ", "192.0.2", "192.0.2.256", "0192.0.2.1", "192.0.2.1:25",
        "[192.0.2.1]", "fe80::1%eth0", "2001:db8:::1", "localhost", "192.0.2.0/24"}) {
    const absl::StatusOr<IpAddress> address = ParseClientAddress(text);
    EXPECT_EQ(address.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(address.status().message().substr(0, 17), "is no IP address;") << text;
  }
  EXPECT_FALSE(ParseClientAddress(absl::string_view("192.0.2.1\0", 10)).ok());
  EXPECT_FALSE(ParseClientAddress(std::string(100000, '1')).ok());
}

TEST(ClientAddressSection2, TakesOctetsInNetworkOrder) {
  EXPECT_EQ(Text(ClientAddressFromBytes("\xc0\x01\x02\x03")), "192.1.2.3");
  const std::string mapped = std::string(10, '\0') + "\xff\xff\xc0\x01\x02\x03";
  EXPECT_EQ(Text(ClientAddressFromBytes(mapped)), "192.1.2.3");
  EXPECT_EQ(Text(ClientAddressFromBytes("\x20\x01\x0d\xb8" + std::string(12, '\1'))),
            "2001:db8:101:101:101:101:101:101");
  for (const size_t length : {0, 1, 3, 5, 15, 17, 128}) {
    EXPECT_EQ(Text(ClientAddressFromBytes(std::string(length, 'x'))),
              absl::StrCat("! has ", length, " octets; an address has 4 (IPv4) or 16 (IPv6)"));
  }
}

TEST(ClientAddressSection2, ClearsWhatIsPastThePrefix) {
  const IpAddress v4 = ParseIpAddress("255.255.255.255").value();
  EXPECT_EQ(Text(PrefixOf(v4, 32)), "255.255.255.255/32");
  EXPECT_EQ(Text(PrefixOf(v4, 31)), "255.255.255.254/31");
  EXPECT_EQ(Text(PrefixOf(v4, 24)), "255.255.255.0/24");
  EXPECT_EQ(Text(PrefixOf(v4, 9)), "255.128.0.0/9");
  EXPECT_EQ(Text(PrefixOf(v4, 0)), "0.0.0.0/0");
  EXPECT_EQ(Text(PrefixOf(v4, 64)), "255.255.255.255/32");
  EXPECT_EQ(Text(PrefixOf(v4, -1)), "0.0.0.0/0");
  const IpAddress v6 = ParseIpAddress("2001:db8:1:2:3:4:5:6").value();
  EXPECT_EQ(Text(PrefixOf(v6, 64)), "2001:db8:1:2::/64");
  EXPECT_EQ(Text(PrefixOf(v6, 128)), "2001:db8:1:2:3:4:5:6/128");
  EXPECT_EQ(Text(PrefixOf(v6, 1)), "::/1");
}

TEST(ClientAddressSection2, ReadsPrefixesToTheirCanonicalForm) {
  EXPECT_EQ(Text(ParseClientPrefix("192.0.2.1")), "192.0.2.1/32");
  EXPECT_EQ(Text(ParseClientPrefix("192.0.2.77/24")), "192.0.2.0/24") << "as Exim masks it";
  EXPECT_EQ(Text(ParseClientPrefix("192.0.2.77/024")), "192.0.2.0/24") << "decimal, as in Exim";
  EXPECT_EQ(Text(ParseClientPrefix("2001:db8::/32")), "2001:db8::/32");
  EXPECT_EQ(Text(ParseClientPrefix("2001:db8::")), "2001:db8::/128");
  EXPECT_EQ(Text(ParseClientPrefix("::/0")), "::/0");
  EXPECT_EQ(Text(ParseClientPrefix("::ffff:192.0.2.0/120")), "192.0.2.0/24");
  EXPECT_EQ(Text(ParseClientPrefix("::ffff:0:0/96")), "0.0.0.0/0");
  EXPECT_EQ(Text(ParseClientPrefix("::ffff:0:0/95")), "::fffe:0:0/95");
  EXPECT_EQ(Text(ParseClientPrefix("64:ff9b::192.0.2.0/120")), "192.0.2.0/24");
  EXPECT_EQ(Text(ParseClientPrefix("64:ff9b::192.0.2.1")), "192.0.2.1/32");
}

TEST(ClientAddressSection2, RefusesAPrefixThatMeansNothingOrTooMuch) {
  for (const absl::string_view text :
       {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/+24", "192.0.2.0/-1", "192.0.2.0/24/24",
        "2001:db8::/129", "192.0.2.0/255.255.255.0", "192.0.2.0/ 24", "::/0000"}) {
    EXPECT_EQ(Text(ParseClientPrefix(text)).substr(0, 37), "! has no good length; after the slash")
        << text;
  }
  for (const absl::string_view text : {"", "/24", "192.0.2/24", "host.example", "*"}) {
    EXPECT_EQ(Text(ParseClientPrefix(text)).substr(0, 26), "! is no address or prefix;") << text;
  }
  EXPECT_EQ(Text(ParseClientPrefix("64:ff9b::/96")).substr(0, 27), "! means every IPv4 address,");
}

}  // namespace
}  // namespace postern
