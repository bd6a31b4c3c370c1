#include "server/core/x509/distinguished_name.h"

#include <string>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "server/core/x509/outline.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

constexpr uint8_t kSet = 0x31;
constexpr uint8_t kUtf8String = 0x0c;
constexpr uint8_t kPrintableString = 0x13;

std::string Part(const std::string& value, uint8_t type = kUtf8String) {
  return Der(kSet, Der(kDerSequence, DerOid("CN") + Der(type, value)));
}

TEST(IsSameName, ComparesAsChainsAreBuilt) {
  EXPECT_TRUE(IsSameName(Part("A CA"), Part("A CA")));
  EXPECT_TRUE(IsSameName(Part("A CA"), Part("A CA", kPrintableString)));
  EXPECT_TRUE(IsSameName(Part("A CA"), Part("a  ca ")));
  EXPECT_FALSE(IsSameName(Part("A CA"), Part("A CB")));
  EXPECT_FALSE(IsSameName(Part("A CA"), Part("A CA") + Part("A CA")));
  EXPECT_FALSE(IsSameName(Part("A CA"), ""));
  EXPECT_TRUE(IsSameName("", ""));
}

TEST(IsSameName, ComparesOctetsOfWhatCannotBeRead) {
  EXPECT_TRUE(IsSameName("x", "x"));
  EXPECT_FALSE(IsSameName("x", "y"));
  EXPECT_FALSE(IsSameName(Part("A"), Part("A") + "x"));
}

TEST(IsSameName, BoundsWhatItParses) {
  std::string lower;
  std::string upper;
  for (size_t i = 0; i < kMaxNameParts; ++i) {
    lower += Part("a");
    upper += Part("A");
  }
  EXPECT_TRUE(IsSameName(lower, upper));
  EXPECT_FALSE(IsSameName(lower + Part("a"), upper + Part("A")));
  EXPECT_FALSE(IsSameName(Part(std::string(4096, 'a')), Part(std::string(4096, 'A'))));
  EXPECT_TRUE(IsSameName(Part(std::string(300, 'a')), Part(std::string(300, 'A'))));
}

}  // namespace
}  // namespace postern
