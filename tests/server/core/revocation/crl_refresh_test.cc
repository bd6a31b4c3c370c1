#include "server/core/revocation/crl_refresh.h"

#include <optional>
#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

Crl CrlOf(absl::Duration left, const std::string& number = "") {
  Crl crl;
  crl.this_update = kNow;
  crl.next_update = kNow + left;
  crl.scope.number = number;
  return crl;
}

TEST(NextCrlRefresh, ComesAfterFourToSixHours) {
  const Crl crl = CrlOf(absl::Hours(24 * 7));
  EXPECT_EQ(NextCrlRefresh(crl, kNow, std::nullopt, 0), kNow + absl::Hours(4));
  EXPECT_EQ(NextCrlRefresh(crl, kNow, std::nullopt, 0.5), kNow + absl::Hours(5));
}

TEST(NextCrlRefresh, ComesAtHalfOfAShortLifeAndNeverAfterItsEnd) {
  EXPECT_EQ(NextCrlRefresh(CrlOf(absl::Hours(2)), kNow, std::nullopt, 0), kNow + absl::Hours(1));
  EXPECT_EQ(NextCrlRefresh(CrlOf(absl::Minutes(6)), kNow, std::nullopt, 0),
            kNow + absl::Minutes(5));
  EXPECT_EQ(NextCrlRefresh(CrlOf(absl::Minutes(2)), kNow, std::nullopt, 0),
            kNow + absl::Minutes(2));
}

TEST(NextCrlRefresh, TakesMaxAgeForAHintO19) {
  const Crl crl = CrlOf(absl::Hours(2));
  EXPECT_EQ(NextCrlRefresh(crl, kNow, absl::Minutes(1), 0), kNow + absl::Hours(1));
  EXPECT_EQ(NextCrlRefresh(crl, kNow, absl::Minutes(80), 0), kNow + absl::Minutes(80));
  EXPECT_EQ(NextCrlRefresh(crl, kNow, absl::Hours(240), 0), kNow + absl::Minutes(90));
  EXPECT_EQ(NextCrlRefresh(CrlOf(absl::Hours(240)), kNow, absl::Hours(240), 0),
            kNow + absl::Hours(6));
}

TEST(CrlBackOff, DoublesUpToAnHour) {
  EXPECT_EQ(CrlBackOff(1, 0), absl::Minutes(1));
  EXPECT_EQ(CrlBackOff(3, 0), absl::Minutes(4));
  EXPECT_EQ(CrlBackOff(1000000, 0), absl::Hours(1));
  EXPECT_EQ(CrlBackOff(1, 0.5), absl::Seconds(67.5));
}

TEST(IsOlderCrl, ComparesThisUpdateAndNumberC17) {
  const absl::Duration week = absl::Hours(24 * 7);
  Crl earlier = CrlOf(week);
  earlier.this_update -= absl::Seconds(1);
  EXPECT_TRUE(IsOlderCrl(earlier, CrlOf(week), kNow));
  EXPECT_FALSE(IsOlderCrl(CrlOf(week), earlier, kNow));
  EXPECT_FALSE(IsOlderCrl(CrlOf(week), CrlOf(week), kNow));
  EXPECT_TRUE(IsOlderCrl(CrlOf(week, "\x7f"), CrlOf(week, std::string("\0\x80", 2)), kNow));
  EXPECT_TRUE(IsOlderCrl(CrlOf(week, std::string("\0\xff", 2)), CrlOf(week, "\x01\x01"), kNow));
  EXPECT_FALSE(IsOlderCrl(CrlOf(week, "\x02"), CrlOf(week, "\x01"), kNow));
  EXPECT_FALSE(IsOlderCrl(CrlOf(week, ""), CrlOf(week, "\x01"), kNow));
  // Of one that has ended the number says nothing any more.
  EXPECT_FALSE(IsOlderCrl(CrlOf(week, "\x01"), CrlOf(absl::ZeroDuration(), "\x02"), kNow));
}

}  // namespace
}  // namespace postern
