#include "server/core/net/address_class.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

struct ClassCase {
  const char* address;
  AddressClass kind;
};

class ClassifyAddressTest : public testing::TestWithParam<ClassCase> {};

TEST_P(ClassifyAddressTest, KnowsTheKindO26) {
  const auto address = ParseIpAddress(GetParam().address);
  ASSERT_TRUE(address);
  EXPECT_EQ(AddressClassName(ClassifyAddress(*address)),
            std::string(AddressClassName(GetParam().kind)))
      << GetParam().address;
  EXPECT_EQ(MayConnect(*address, {}), GetParam().kind == AddressClass::kGlobal);
  EXPECT_TRUE(MayConnect(*address, {{*address, address->Bits()}}));
}

INSTANTIATE_TEST_SUITE_P(Table, ClassifyAddressTest,
                         testing::Values(
                             // Edges of each block, and their neighbours outside.
                             ClassCase{"0.0.0.0", AddressClass::kUnspecified},
                             ClassCase{"0.0.0.1", AddressClass::kThisNetwork},
                             ClassCase{"0.255.255.255", AddressClass::kThisNetwork},
                             ClassCase{"1.0.0.0", AddressClass::kGlobal},
                             ClassCase{"9.255.255.255", AddressClass::kGlobal},
                             ClassCase{"10.0.0.0", AddressClass::kPrivate},
                             ClassCase{"10.255.255.255", AddressClass::kPrivate},
                             ClassCase{"11.0.0.0", AddressClass::kGlobal},
                             ClassCase{"100.63.255.255", AddressClass::kGlobal},
                             ClassCase{"100.64.0.0", AddressClass::kSharedCgnat},
                             ClassCase{"100.127.255.255", AddressClass::kSharedCgnat},
                             ClassCase{"100.128.0.0", AddressClass::kGlobal},
                             ClassCase{"126.255.255.255", AddressClass::kGlobal},
                             ClassCase{"127.0.0.0", AddressClass::kLoopback},
                             ClassCase{"127.255.255.255", AddressClass::kLoopback},
                             ClassCase{"128.0.0.0", AddressClass::kGlobal},
                             ClassCase{"169.253.255.255", AddressClass::kGlobal},
                             ClassCase{"169.254.169.254", AddressClass::kLinkLocal},
                             ClassCase{"169.255.0.0", AddressClass::kGlobal},
                             ClassCase{"172.15.255.255", AddressClass::kGlobal},
                             ClassCase{"172.16.0.0", AddressClass::kPrivate},
                             ClassCase{"172.31.255.255", AddressClass::kPrivate},
                             ClassCase{"172.32.0.0", AddressClass::kGlobal},
                             ClassCase{"192.0.0.170", AddressClass::kReserved},
                             ClassCase{"192.0.1.0", AddressClass::kGlobal},
                             ClassCase{"192.0.2.255", AddressClass::kDocumentation},
                             ClassCase{"192.88.99.1", AddressClass::kReserved},
                             ClassCase{"192.167.255.255", AddressClass::kGlobal},
                             ClassCase{"192.168.0.0", AddressClass::kPrivate},
                             ClassCase{"192.168.255.255", AddressClass::kPrivate},
                             ClassCase{"192.169.0.0", AddressClass::kGlobal},
                             ClassCase{"198.17.255.255", AddressClass::kGlobal},
                             ClassCase{"198.18.0.0", AddressClass::kBenchmark},
                             ClassCase{"198.19.255.255", AddressClass::kBenchmark},
                             ClassCase{"198.20.0.0", AddressClass::kGlobal},
                             ClassCase{"198.51.100.1", AddressClass::kDocumentation},
                             ClassCase{"203.0.113.1", AddressClass::kDocumentation},
                             ClassCase{"223.255.255.255", AddressClass::kGlobal},
                             ClassCase{"224.0.0.0", AddressClass::kMulticast},
                             ClassCase{"239.255.255.255", AddressClass::kMulticast},
                             ClassCase{"240.0.0.0", AddressClass::kReserved},
                             ClassCase{"255.255.255.255", AddressClass::kReserved},

                             ClassCase{"::", AddressClass::kUnspecified},
                             ClassCase{"::1", AddressClass::kLoopback},
                             ClassCase{"fc00::", AddressClass::kUniqueLocal},
                             ClassCase{"fdff:ffff::1", AddressClass::kUniqueLocal},
                             ClassCase{"fe80::1", AddressClass::kLinkLocal},
                             ClassCase{"febf::1", AddressClass::kLinkLocal},
                             ClassCase{"fec0::1", AddressClass::kSiteLocal},
                             ClassCase{"feff::1", AddressClass::kSiteLocal},
                             ClassCase{"ff02::1", AddressClass::kMulticast},
                             ClassCase{"2001:db8::1", AddressClass::kDocumentation},
                             ClassCase{"3fff::1", AddressClass::kDocumentation},
                             ClassCase{"3fff:1000::1", AddressClass::kGlobal},
                             ClassCase{"2001:2::1", AddressClass::kBenchmark},
                             ClassCase{"2001:1::1", AddressClass::kReserved},
                             ClassCase{"2001:20::1", AddressClass::kReserved},
                             ClassCase{"2001:200::1", AddressClass::kGlobal},
                             ClassCase{"2a00:1450::1", AddressClass::kGlobal},
                             ClassCase{"2606:4700::1111", AddressClass::kGlobal},
                             ClassCase{"4000::1", AddressClass::kReserved},
                             ClassCase{"100::1", AddressClass::kReserved},
                             ClassCase{"1fff::1", AddressClass::kReserved},
                             ClassCase{"5f00::1", AddressClass::kReserved},

                             // IPv4 inside.
                             ClassCase{"::ffff:127.0.0.1", AddressClass::kEmbedded},
                             ClassCase{"::ffff:8.8.8.8", AddressClass::kEmbedded},
                             ClassCase{"::ffff:0:127.0.0.1", AddressClass::kEmbedded},
                             ClassCase{"::127.0.0.1", AddressClass::kEmbedded},
                             ClassCase{"::8.8.8.8", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b::8.8.8.8", AddressClass::kGlobal},
                             ClassCase{"64:ff9b::127.0.0.1", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b::10.0.0.1", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b::169.254.169.254", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b:1::8.8.8.8", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b:1:ffff::", AddressClass::kEmbedded},
                             ClassCase{"64:ff9b:2::", AddressClass::kReserved},
                             ClassCase{"2002:0808:0808::1", AddressClass::kGlobal},
                             ClassCase{"2002:7f00:1::1", AddressClass::kEmbedded},
                             ClassCase{"2002:c0a8:1::1", AddressClass::kEmbedded},
                             // Teredo: server 8.8.8.8, client 8.8.4.4, 10.0.0.1; server 10.0.0.1.
                             ClassCase{"2001:0:808:808:0:0:f7f7:fbfb", AddressClass::kGlobal},
                             ClassCase{"2001:0:808:808:0:0:f5ff:fffe", AddressClass::kEmbedded},
                             ClassCase{"2001:0:a00:1:0:0:f7f7:fbfb", AddressClass::kEmbedded}));

TEST(MayConnect, APrefixOfIpv4DoesNotLetInWhatEmbedsIt) {
  const std::vector<IpPrefix> allowed = {*ParseIpPrefix("127.0.0.0/8")};
  EXPECT_TRUE(MayConnect(*ParseIpAddress("127.0.0.1"), allowed));
  EXPECT_FALSE(MayConnect(*ParseIpAddress("::ffff:127.0.0.1"), allowed));
  EXPECT_FALSE(MayConnect(*ParseIpAddress("64:ff9b::127.0.0.1"), allowed));
}

}  // namespace
}  // namespace postern
