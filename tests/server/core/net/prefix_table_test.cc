#include "server/core/net/prefix_table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/net/ip_address.h"

namespace postern {
namespace {

IpAddress Address(const std::string& text) { return ParseIpAddress(text).value(); }

std::vector<IpPrefix> Prefixes(const std::vector<std::string>& texts) {
  std::vector<IpPrefix> prefixes;
  for (const std::string& text : texts) prefixes.push_back(ParseClientPrefix(text).value());
  return prefixes;
}

// Find returns the text of the prefix that holds, "-" if none does.
std::string Find(const std::vector<std::string>& texts, PrefixOrder order,
                 const std::string& address) {
  const PrefixTable table = PrefixTable::Create(Prefixes(texts), order).value();
  const std::optional<uint32_t> place = table.Find(Address(address));
  return place ? texts[*place] : "-";
}

constexpr PrefixOrder kOrders[] = {PrefixOrder::kLongest, PrefixOrder::kFirstMatch};

TEST(PrefixTableSection2, LetsTheLongestPrefixHoldOrTheFirstOfTheFile) {
  const std::vector<std::string> texts = {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "192.0.2.0/24"};
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "10.1.2.3"), "10.1.2.3");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "10.1.2.4"), "10.1.0.0/16");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "10.2.0.0"), "10.0.0.0/8");
  EXPECT_EQ(Find(texts, PrefixOrder::kFirstMatch, "10.1.2.3"), "10.0.0.0/8");
  EXPECT_EQ(Find(texts, PrefixOrder::kFirstMatch, "192.0.2.255"), "192.0.2.0/24");
  for (const PrefixOrder order : kOrders) {
    EXPECT_EQ(Find(texts, order, "9.255.255.255"), "-");
    EXPECT_EQ(Find(texts, order, "11.0.0.0"), "-");
    EXPECT_EQ(Find(texts, order, "192.0.3.0"), "-");
  }
}

TEST(PrefixTableSection2, LetsTheFirstOfEqualPrefixesHold) {
  const std::vector<IpPrefix> prefixes = Prefixes({"10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/16"});
  for (const PrefixOrder order : kOrders) {
    const PrefixTable table = PrefixTable::Create(prefixes, order).value();
    EXPECT_EQ(table.Find(Address("10.1.0.1")), order == PrefixOrder::kLongest ? 1u : 0u);
  }
}

TEST(PrefixTableSection2, KeepsTheFamiliesApart) {
  for (const PrefixOrder order : kOrders) {
    EXPECT_EQ(Find({"::/0"}, order, "192.0.2.1"), "-");
    EXPECT_EQ(Find({"0.0.0.0/0"}, order, "2001:db8::1"), "-");
    EXPECT_EQ(Find({"::/0"}, order, "::"), "::/0");
  }
}

TEST(PrefixTableSection2, KnowsTheFirstAndTheLastAddressOfAll) {
  const std::vector<std::string> texts = {"0.0.0.0",
                                          "255.255.255.255",
                                          "0.0.0.0/0",
                                          "::",
                                          "ffff::/16",
                                          "::/0",
                                          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "0.0.0.1"), "0.0.0.0/0");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "255.255.255.254"), "0.0.0.0/0");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "255.255.255.255"), "255.255.255.255");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "::"), "::");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "fffe::"), "::/0");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, "ffff::"), "ffff::/16");
  EXPECT_EQ(Find(texts, PrefixOrder::kLongest, texts.back()), texts.back());
}

TEST(PrefixTableSection2, FindsNothingInATableOfNothing) {
  EXPECT_EQ(PrefixTable().Find(Address("192.0.2.1")), std::nullopt);
  EXPECT_EQ(Find({}, PrefixOrder::kLongest, "2001:db8::1"), "-");
}

TEST(PrefixTableSection2, RefusesMoreThanItsBound) {
  const std::vector<IpPrefix> prefixes(PrefixTable::kMaxPrefixes + 1);
  EXPECT_EQ(PrefixTable::Create(prefixes, PrefixOrder::kLongest).status().code(),
            absl::StatusCode::kResourceExhausted);
}

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  uint64_t Below(uint64_t bound) { return engine_() % bound; }

  // Few values an octet, so that prefixes nest and meet.
  IpAddress Address(bool v4) {
    std::array<uint8_t, 16> octets;
    constexpr uint8_t kFew[] = {0, 1, 0x7f, 0x80, 0xfe, 0xff};
    for (uint8_t& octet : octets) {
      octet = Below(4) == 0 ? static_cast<uint8_t>(Below(256)) : kFew[Below(6)];
    }
    return v4 ? Ipv4FromOctets(octets.data()) : Ipv6FromOctets(octets.data());
  }

  IpPrefix Prefix() {
    const IpAddress address = Address(Below(2) == 0);
    return PrefixOf(address, static_cast<int>(Below(static_cast<uint64_t>(address.Bits()) + 1)));
  }

  IpAddress AddressIn(const IpPrefix& prefix) {
    IpAddress address = Address(prefix.address.v4);
    for (int bit = 0; bit < prefix.length; ++bit) {
      const auto mask = static_cast<uint8_t>(0x80 >> bit % 8);
      uint8_t& octet = address.octets[bit / 8];
      octet = static_cast<uint8_t>((octet & ~mask) | (prefix.address.octets[bit / 8] & mask));
    }
    return address;
  }

 private:
  std::mt19937_64 engine_;
};

std::optional<uint32_t> FindPlainly(const std::vector<IpPrefix>& prefixes, PrefixOrder order,
                                    const IpAddress& address) {
  std::optional<uint32_t> found;
  for (uint32_t i = 0; i < prefixes.size(); ++i) {
    if (!prefixes[i].Contains(address)) continue;
    if (!found ||
        (order == PrefixOrder::kLongest && prefixes[i].length > prefixes[*found].length)) {
      found = i;
    }
  }
  return found;
}

TEST(PrefixTableSection2, FindsWhatLookingAtEveryPrefixFinds) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<IpPrefix> prefixes;
    for (uint64_t i = 0; i < 1 + random.Below(round % 10 == 0 ? 1500 : 60); ++i) {
      prefixes.push_back(random.Prefix());
    }
    for (const PrefixOrder order : kOrders) {
      const PrefixTable table = PrefixTable::Create(prefixes, order).value();
      for (int i = 0; i < 200; ++i) {
        const IpAddress address = random.Below(2) == 0
                                      ? random.AddressIn(prefixes[random.Below(prefixes.size())])
                                      : random.Address(random.Below(2) == 0);
        ASSERT_EQ(table.Find(address), FindPlainly(prefixes, order, address)) << address.ToString();
      }
    }
  }
}

// A search looks at the last 64 bits only where the first are equal, as here they all are.
TEST(PrefixTableSection2, FindsAmongAddressesOfOneNetworkOf64Bits) {
  Random random(17);
  std::vector<IpPrefix> prefixes;
  const IpPrefix network = ParseClientPrefix("2001:db8:0:1::/64").value();
  for (int i = 0; i < 700; ++i) {
    const IpAddress address = random.AddressIn(network);
    prefixes.push_back(PrefixOf(address, 65 + static_cast<int>(random.Below(64))));
  }
  prefixes.push_back(ParseClientPrefix("2001:db8:0:1:ffff:ffff:ffff:ffff").value());
  for (const PrefixOrder order : kOrders) {
    const PrefixTable table = PrefixTable::Create(prefixes, order).value();
    for (int i = 0; i < 3000; ++i) {
      const IpAddress address = i % 3 == 0
                                    ? random.AddressIn(network)
                                    : random.AddressIn(prefixes[random.Below(prefixes.size())]);
      ASSERT_EQ(table.Find(address), FindPlainly(prefixes, order, address)) << address.ToString();
    }
    for (const char* beside : {"2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:2::"}) {
      EXPECT_EQ(table.Find(Address(beside)), std::nullopt) << beside;
    }
  }
}

TEST(PrefixTableSection2, TakesTheMemoryThatItSays) {
  for (const bool v4 : {true, false}) {
    Random random(9);
    std::vector<IpPrefix> prefixes;
    std::array<uint8_t, 16> octets = {};
    for (uint32_t i = 0; i < 200'000; ++i) {  // each apart from the next, which is the worst
      octets[0] = static_cast<uint8_t>(i >> 16);
      octets[1] = static_cast<uint8_t>(i >> 8);
      octets[2] = static_cast<uint8_t>(i);
      const IpAddress address = v4 ? Ipv4FromOctets(octets.data()) : Ipv6FromOctets(octets.data());
      prefixes.push_back(PrefixOf(address, 25));
    }
    const PrefixTable table = PrefixTable::Create(prefixes, PrefixOrder::kLongest).value();
    EXPECT_LE(table.Bytes(), prefixes.size() * (v4 ? 18 : 50));
    EXPECT_GE(table.Bytes(), prefixes.size() * (v4 ? 16 : 40)) << "no memory that is not counted";
  }
}

}  // namespace
}  // namespace postern
