#include "server/core/net/http_date.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kDate = absl::FromUnixSeconds(784'111'777);

// RFC 9110, section 5.6.7.
TEST(ParseHttpDate, ReadsAllThreeForms) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kDate), kDate);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kDate), kDate);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994", kDate), kDate);
  EXPECT_EQ(ParseHttpDate("Sun Nov 16 08:49:37 1994", kDate), kDate + absl::Hours(240));
}

TEST(ParseHttpDate, ALeapSecondIsTheOneBefore) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:60 GMT", kDate), kDate + absl::Seconds(22));
}

TEST(ParseHttpDate, AYearOfTwoDigitsIsAtMostFiftyAhead) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);  // 2027
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", now), kDate);
  EXPECT_EQ(ParseHttpDate("Monday, 01-Jan-77 00:00:00 GMT", now),
            absl::FromUnixSeconds(3'376'684'800));
  EXPECT_EQ(ParseHttpDate("Sunday, 01-Jan-78 00:00:00 GMT", now),
            absl::FromUnixSeconds(252'460'800));
}

TEST(ParseHttpDate, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", ",", "Sun, ", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun, 31 Jun 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994",
        "Sun, 06-Nov-94 08:49:37 GMT"}) {
    EXPECT_EQ(ParseHttpDate(text, kDate), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace postern
