#include "server/core/net/http_header.h"

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(784'111'777);  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(ParseDeltaSeconds, TakesDigitsOnlyAndAYearAtMost) {
  EXPECT_EQ(ParseDeltaSeconds("0"), absl::ZeroDuration());
  EXPECT_EQ(ParseDeltaSeconds(" 60\t"), absl::Seconds(60));
  EXPECT_EQ(ParseDeltaSeconds("99999999999999999999999999999999"), kLongestDelta);
  for (const char* text : {"", " ", "-1", "+1", "1.5", "1s", "0x10", "1 2"}) {
    EXPECT_EQ(ParseDeltaSeconds(text), std::nullopt) << text;
  }
}

struct ControlCase {
  const char* value;
  std::optional<int> max_age;
  bool no_cache;
  bool no_store;
};

TEST(ParseCacheControl, HeedsWhatItKnowsOfAList) {
  for (const ControlCase& one : {
           ControlCase{"", std::nullopt, false, false},
           ControlCase{"max-age=3600", 3600, false, false},
           ControlCase{"public, MAX-AGE=10,must-revalidate", 10, false, false},
           ControlCase{"max-age=\"10\"", 10, false, false},
           ControlCase{"max-age=20, max-age=10, max-age=30", 10, false, false},
           ControlCase{"max-age", 0, false, false},
           ControlCase{"max-age=-5", 0, false, false},
           ControlCase{"max-age=1e9", 0, false, false},
           ControlCase{"s-maxage=10", std::nullopt, false, false},
           ControlCase{"x-max-age=10", std::nullopt, false, false},
           ControlCase{"no-cache, no-store", std::nullopt, true, true},
           ControlCase{"no-cache=\"set-cookie, max-age=1\"", std::nullopt, true, false},
           ControlCase{"ext=\"a\\\", no-store, \"", std::nullopt, false, false},
           ControlCase{"ext=\"unfinished, no-store", std::nullopt, false, false},
           ControlCase{",,, ,", std::nullopt, false, false},
       }) {
    const CacheControl control = ParseCacheControl(one.value);
    std::optional<absl::Duration> max_age;
    if (one.max_age) max_age = absl::Seconds(*one.max_age);
    EXPECT_EQ(control.max_age, max_age) << one.value;
    EXPECT_EQ(control.no_cache, one.no_cache) << one.value;
    EXPECT_EQ(control.no_store, one.no_store) << one.value;
  }
}

TEST(ParseRetryAfter, TakesSecondsOrADateAndNoneIsNegative) {
  EXPECT_EQ(ParseRetryAfter("120", kNow), absl::Seconds(120));
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:50:37 GMT", kNow), absl::Seconds(60));
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", kNow), absl::ZeroDuration());
  EXPECT_EQ(ParseRetryAfter("Fri, 31 Dec 9999 23:59:59 GMT", kNow), kLongestDelta);
  EXPECT_EQ(ParseRetryAfter("soon", kNow), std::nullopt);
}

TEST(ParseMediaType, GivesTypeAndSubtypeOrNothing) {
  EXPECT_EQ(ParseMediaType("application/ocsp-response"), "application/ocsp-response");
  EXPECT_EQ(ParseMediaType(" Application/PKIX-CRL ;charset=x"), "application/pkix-crl");
  for (const std::string& text :
       {std::string(""), std::string("text"), std::string("/"), std::string("a/"),
        std::string("/b"), std::string("a/b/c"), std::string("a /b"), std::string("a/b c"),
        std::string("a/b, c/d"), std::string("a/b\0", 4), std::string("a/\xff")}) {
    EXPECT_EQ(ParseMediaType(text), "") << text;
  }
}

}  // namespace
}  // namespace postern
