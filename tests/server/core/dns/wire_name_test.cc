#include "server/core/dns/wire_name.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/dns_packet.h"

namespace postern {
namespace {

struct Result {
  bool ok;
  std::string name;
  size_t offset;
};

Result Read(const std::string& bytes, size_t offset = 0) {
  Result result = {false, "", offset};
  result.ok = ReadWireName({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()},
                           &result.offset, &result.name);
  return result;
}

TEST(ReadWireName, ReadsLabelsInLowerCase) {
  const Result result = Read(WireName("MX1.Example.ORG") + "rest");
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.name, "mx1.example.org");
  EXPECT_EQ(result.offset, 17u);
}

TEST(ReadWireName, ReadsTheRootAsADot) { EXPECT_EQ(Read(WireName(".")).name, "."); }

TEST(ReadWireName, EscapesEveryByteSoThatItRoundTrips) {
  for (int byte = 0; byte < 256; ++byte) {
    SCOPED_TRACE(byte);
    const std::string wire = std::string("\3x") + static_cast<char>(byte) + "y" + '\0';
    const Result result = Read(wire);
    ASSERT_TRUE(result.ok);
    EXPECT_EQ(Read(WireName(result.name)).name, result.name);
    if (byte < 'A' || byte > 'Z') {
      EXPECT_EQ(WireName(result.name), wire);
    }
  }
  EXPECT_EQ(Read(std::string("\3a.b\4test\0", 10)).name, "a\\046b.test");
  EXPECT_EQ(Read(std::string("\1*\4test\0", 8)).name, "\\042.test");
}

TEST(ReadWireName, FollowsPointersBackwards) {
  const std::string bytes = WireName("example.org") + "\3mx1\xc0" + std::string(1, '\0') + "rest";
  const Result result = Read(bytes, 13);
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.name, "mx1.example.org");
  EXPECT_EQ(result.offset, 19u);
}

TEST(ReadWireName, FollowsAPointerToAPointer) {
  const std::string bytes = WireName("a") + std::string("\xc0\0\xc0\3", 4);
  const Result result = Read(bytes, 5);
  EXPECT_EQ(result.name, "a");
  EXPECT_EQ(result.offset, 7u);
}

TEST(ReadWireName, RefusesWhatIsNoName) {
  struct Case {
    const char* label;
    std::string bytes;
    size_t offset;
  };
  const Case cases[] = {
      {"nothing", "", 0},
      {"beyond the end", "abc", 7},
      {"no end", "\1a", 0},
      {"label beyond the end", "\5ab", 0},
      {"pointer to itself", std::string("\xc0\0", 2), 0},
      {"pointer ahead", std::string("\xc0\2\0", 3), 0},
      {"pointer to the labels before it", std::string("\1a\xc0\0", 4), 0},
      {"pointers to each other", std::string("\xc0\2\xc0\0", 4), 2},
      {"half a pointer", "\1a\xc0", 0},
      {"label type 01", std::string("\x41xx\0", 4), 0},
      {"label type 10", std::string("\x81xx\0", 4), 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.label);
    EXPECT_FALSE(Read(c.bytes, c.offset).ok);
  }
}

TEST(ReadWireName, TakesNamesOfUpTo255Octets) {
  std::string longest;
  for (int i = 0; i < 3; ++i) longest += '\x3f' + std::string(63, 'a');
  longest += '\x3d' + std::string(61, 'a');
  longest += '\0';
  ASSERT_EQ(longest.size(), 255u);
  EXPECT_TRUE(Read(longest).ok);
  std::string too_long = longest;
  too_long[192] = '\x3e';
  too_long.insert(193, 1, 'a');
  ASSERT_EQ(too_long.size(), 256u);
  EXPECT_FALSE(Read(too_long).ok);
}

TEST(ReadWireName, CountsTheOctetsBehindPointers) {
  // 120 labels of one octet, then 10 more and a pointer to them: 261 octets.
  std::string bytes;
  for (int i = 0; i < 120; ++i) bytes += "\1a";
  bytes += '\0';
  const size_t start = bytes.size();
  for (int i = 0; i < 10; ++i) bytes += "\1b";
  bytes += std::string("\xc0\0", 2);
  EXPECT_TRUE(Read(bytes, 0).ok);
  EXPECT_FALSE(Read(bytes, start).ok);
}

TEST(ReadWireName, BoundsAChainOfPointers) {
  std::string bytes = WireName("a") + '\0';  // so that pointers are at even offsets
  for (int i = 0; i < 100; ++i) {
    const size_t target = i == 0 ? 0 : bytes.size() - 2;
    bytes += Wire16(static_cast<uint16_t>(0xc000 | target));
  }
  EXPECT_TRUE(Read(bytes, 4 + 2 * 10).ok);
  EXPECT_FALSE(Read(bytes, bytes.size() - 2).ok);
}

}  // namespace
}  // namespace postern
