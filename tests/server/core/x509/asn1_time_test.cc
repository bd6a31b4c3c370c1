#include "server/core/x509/asn1_time.h"

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/core/x509/der.h"

namespace postern {
namespace {

using std::nullopt;

TEST(ReadGeneralizedTime, ReadsTheOneForm) {
  EXPECT_EQ(ReadGeneralizedTime("20260101000000Z"), absl::FromUnixSeconds(1767225600));
  EXPECT_EQ(ReadGeneralizedTime("19700101000000Z"), absl::UnixEpoch());
  EXPECT_EQ(ReadGeneralizedTime("20240229235959Z"), absl::FromUnixSeconds(1709251199));
  EXPECT_EQ(ReadGeneralizedTime("99991231235959Z"), absl::FromUnixSeconds(253402300799));
  EXPECT_EQ(ReadGeneralizedTime("00000101000000Z"), absl::FromUnixSeconds(-62167219200));
}

TEST(ReadGeneralizedTime, ReadsNoOtherFormO4) {
  for (const char* time : {
           "",
           "Z",
           "20260101000000",
           "20260101000000z",
           "20260101000000.5Z",
           "20260101000000,5Z",
           "20260101000000.Z",
           "202601010000Z",
           "2026010100Z",
           "20260101000000+0000",
           "20260101000000-0700",
           "20260101000000+01",
           "260101000000Z",
           "20260101000000ZZ",
           " 20260101000000Z",
           "2026010100000 Z",
           "+2026010100000Z",
           "-0260101000000Z",
           "2026-01-01T00:00Z",
           "0x260101000000Z",
           "20260101000000\n",
       }) {
    EXPECT_EQ(ReadGeneralizedTime(time), nullopt) << time;
  }
  EXPECT_EQ(ReadGeneralizedTime(std::string("20260101\0\0\0\0\0\0Z", 15)), nullopt);
  EXPECT_EQ(ReadGeneralizedTime(std::string("20260101000000Z\0", 16)), nullopt);
}

TEST(ReadGeneralizedTime, KnowsTheCalendar) {
  for (const char* time :
       {"20260001000000Z", "20261301000000Z", "20260100000000Z", "20260132000000Z",
        "20260431000000Z", "20260229000000Z", "21000229000000Z", "20260101240000Z",
        "20260101006000Z", "20260101000060Z", "20260101990000Z", "20269999999999Z"}) {
    EXPECT_EQ(ReadGeneralizedTime(time), nullopt) << time;
  }
}

TEST(ReadUtcTime, ReadsTheOneForm) {
  EXPECT_EQ(ReadUtcTime("260101000000Z"), absl::FromUnixSeconds(1767225600));
  EXPECT_EQ(ReadUtcTime("491231235959Z"), absl::FromUnixSeconds(2524607999));
  EXPECT_EQ(ReadUtcTime("500101000000Z"), absl::FromUnixSeconds(-631152000));
  EXPECT_EQ(ReadUtcTime("991231235959Z"), absl::FromUnixSeconds(946684799));
}

TEST(ReadUtcTime, ReadsNoOtherForm) {
  for (const char* time :
       {"", "2601010000Z", "260101000000", "260101000000+0000", "260101000000.5Z",
        "20260101000000Z", "260230000000Z", "260101000060Z", "26010100000Z", "2601010000000Z"}) {
    EXPECT_EQ(ReadUtcTime(time), nullopt) << time;
  }
}

TEST(ReadTime, GoesByTheTag) {
  DerElement element;
  element.tag = kDerGeneralizedTime;
  element.contents = "20260101000000Z";
  EXPECT_EQ(ReadTime(element), absl::FromUnixSeconds(1767225600));
  element.tag = kDerUtcTime;
  EXPECT_EQ(ReadTime(element), nullopt);
  element.contents = "260101000000Z";
  EXPECT_EQ(ReadTime(element), absl::FromUnixSeconds(1767225600));
  element.tag = kDerGeneralizedTime;
  EXPECT_EQ(ReadTime(element), nullopt);
  element.tag = kDerOctetString;
  EXPECT_EQ(ReadTime(element), nullopt);
}

}  // namespace
}  // namespace postern
