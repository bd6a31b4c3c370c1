#include "server/core/x509/extension.h"

#include <string>

#include "gtest/gtest.h"
#include "server/core/x509/der.h"
#include "tests/support/der_writer.h"

namespace postern {
namespace {

bool Reads(const std::string& contents, size_t limit = 4) {
  Extensions extensions;
  return ReadExtensions(contents, limit, extensions);
}

TEST(ReadExtensions, ReadsEach) {
  const std::string two = DerExtension("1.2.3", false, "a") + DerExtension("1.2.4", true, "");
  Extensions extensions;
  ASSERT_TRUE(ReadExtensions(two, 2, extensions));
  ASSERT_EQ(extensions.size(), 2u);
  EXPECT_EQ(extensions[0].id, "\x2a\x03");
  EXPECT_FALSE(extensions[0].critical);
  EXPECT_EQ(extensions[0].value, "a");
  EXPECT_TRUE(extensions[1].critical);
  EXPECT_EQ(extensions[1].value, "");
}

TEST(ReadExtensions, NeedsOneAtLeastAndALimitAtMost) {
  EXPECT_FALSE(Reads(""));
  EXPECT_TRUE(Reads(DerExtension("1.2.3", false, "a"), 1));
  EXPECT_FALSE(Reads(DerExtension("1.2.3", false, "a") + DerExtension("1.2.4", false, "a"), 1));
}

TEST(ReadExtensions, RefusesOneTwiceAndWhatIsNotDer) {
  const std::string good = DerExtension("1.2.3", false, "a");
  const std::string id = DerOid("1.2.3");
  const std::string value = Der(kDerOctetString, "a");
  EXPECT_FALSE(Reads(good + good));
  EXPECT_FALSE(Reads(good + "x"));
  EXPECT_FALSE(Reads(Der(kDerSequence, id)));
  EXPECT_FALSE(Reads(Der(kDerSequence, value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, Der(kDerObjectId, "") + value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, Der(kDerObjectId, "\x2a\x83") + value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, id + value + value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, id + Der(kDerBoolean, std::string(1, '\0')) + value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, id + Der(kDerBoolean, "\x01") + value)));
  EXPECT_FALSE(Reads(Der(kDerSequence, id + Der(kDerBoolean, "") + value)));
  EXPECT_TRUE(Reads(Der(kDerSequence, id + Der(kDerBoolean, "\xff") + value)));
}

TEST(ReadExplicitExtensions, ReadsTheContentsOfTheTag) {
  Extensions extensions;
  const std::string list = Der(kDerSequence, DerExtension("1.2.3", false, "a"));
  EXPECT_TRUE(ReadExplicitExtensions(list, 4, extensions));
  EXPECT_EQ(extensions.size(), 1u);
  EXPECT_TRUE(ReadExplicitExtensions("", 4, extensions));
  EXPECT_TRUE(extensions.empty());
  EXPECT_FALSE(ReadExplicitExtensions(list + list, 4, extensions));
  EXPECT_FALSE(ReadExplicitExtensions("x", 4, extensions));
}

}  // namespace
}  // namespace postern
