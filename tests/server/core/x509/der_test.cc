#include "server/core/x509/der.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

bool Reads(const std::string& bytes) {
  DerReader reader(bytes);
  DerElement element;
  return reader.Read(element);
}

TEST(DerReader, ReadsElementsOneAfterTheOther) {
  DerReader reader(absl::string_view("\x02\x01\x07\x04\x00", 5));
  DerElement element;
  ASSERT_TRUE(reader.NextIs(kDerInteger));
  ASSERT_TRUE(reader.Read(element));
  EXPECT_EQ(element.tag, kDerInteger);
  EXPECT_EQ(element.contents, "\x07");
  EXPECT_EQ(element.whole, "\x02\x01\x07");
  EXPECT_FALSE(reader.Read(kDerInteger, element));
  ASSERT_TRUE(reader.Read(kDerOctetString, element));
  EXPECT_TRUE(element.contents.empty());
  EXPECT_EQ(element.whole.size(), 2u);
  EXPECT_TRUE(reader.AtEnd());
  EXPECT_FALSE(reader.Read(element));
  EXPECT_FALSE(reader.NextIs(kDerOctetString));
}

TEST(DerReader, ReadsLengthsOfUpToFourOctets) {
  EXPECT_TRUE(Reads("\x04\x7f" + std::string(0x7f, 'x')));
  EXPECT_TRUE(Reads("\x04\x81\x80" + std::string(0x80, 'x')));
  EXPECT_TRUE(Reads(std::string("\x04\x82\x01\x00", 4) + std::string(0x100, 'x')));
  EXPECT_TRUE(Reads(std::string("\x04\x83\x01\x00\x00", 5) + std::string(0x10000, 'x')));
  EXPECT_TRUE(
      Reads(std::string("\x04\x84\x01\x00\x00\x00", 6) + std::string(size_t{1} << 24, 'x')));
}

TEST(DerReader, TakesOneEncodingOfALengthOnly) {
  EXPECT_FALSE(Reads("\x04\x81\x7f" + std::string(0x7f, 'x'))) << "short form would do";
  EXPECT_FALSE(Reads(std::string("\x04\x82\x00\x80", 4) + std::string(0x80, 'x'))) << "a zero";
  EXPECT_FALSE(Reads(std::string("\x04\x83\x00\x01\x00", 5) + std::string(0x100, 'x')));
  EXPECT_FALSE(Reads(std::string("\x30\x80\x00\x00", 4))) << "indefinite";
  EXPECT_FALSE(Reads(std::string("\x04\x84\x00\x00\x00\x01x", 7))) << "four octets";
  EXPECT_FALSE(Reads(std::string("\x04\x85\x00\x00\x00\x00\x01x", 8))) << "five";
  EXPECT_FALSE(Reads("\x04\xffx")) << "reserved";
}

TEST(DerReader, StopsAtTheEndOfTheBytes) {
  EXPECT_FALSE(Reads(""));
  EXPECT_FALSE(Reads("\x04"));
  EXPECT_FALSE(Reads("\x04\x02x"));
  EXPECT_FALSE(Reads("\x04\x82\x01"));
  EXPECT_FALSE(Reads("\x04\x81\x80" + std::string(0x7f, 'x')));
}

TEST(DerReader, TakesNoTagOfSeveralOctets) { EXPECT_FALSE(Reads("\x1f\x01\x01x")); }

TEST(IsDerInteger, TakesTheShortestOctetsOnly) {
  const std::string zero(1, '\0');
  for (const std::string& good :
       {zero, std::string("\x7f"), std::string("\xff"), zero + "\x80", std::string("\xff\x7f")}) {
    EXPECT_TRUE(IsDerInteger(good, 2)) << good;
  }
  EXPECT_FALSE(IsDerInteger("", 2));
  EXPECT_FALSE(IsDerInteger(zero + "\x7f", 2)) << "a zero more";
  EXPECT_FALSE(IsDerInteger("\xff\x80", 2)) << "a sign more";
  EXPECT_FALSE(IsDerInteger("\x01\x02\x03", 2)) << "too long";
}

TEST(IsDerObjectId, TakesWholeNumbersInTheShortestOctets) {
  EXPECT_TRUE(IsDerObjectId("\x55\x1d\x15"));
  EXPECT_TRUE(IsDerObjectId("\x2a\x86\x48"));
  EXPECT_TRUE(IsDerObjectId("\x2a\x81\x80\x01"));
  EXPECT_FALSE(IsDerObjectId(""));
  EXPECT_FALSE(IsDerObjectId("\x55\x1d\x95")) << "cut";
  EXPECT_FALSE(IsDerObjectId("\x2a\x80\x01")) << "a zero more";
  EXPECT_FALSE(IsDerObjectId("\x80\x2a"));
}

TEST(CountDer, CountsToALimit) {
  const std::string three("\x05\x00\x05\x00\x05\x00", 6);
  EXPECT_EQ(CountDer("", 2), 0u);
  EXPECT_EQ(CountDer(three, 3), 3u);
  EXPECT_EQ(CountDer(three, 2), 3u);
  EXPECT_EQ(CountDer(three, 0), 1u);
  EXPECT_EQ(CountDer(three + "x", 8), 9u) << "no DER";
}

}  // namespace
}  // namespace postern
