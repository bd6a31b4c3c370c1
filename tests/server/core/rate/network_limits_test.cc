#include "server/core/rate/network_limits.h"

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "server/core/net/client_address.h"
#include "server/core/net/prefix_table.h"

namespace postern {
namespace {

NetworkLimits Parse(absl::string_view text, PrefixOrder order = PrefixOrder::kLongest) {
  return NetworkLimits::Parse(text, order).value();
}

// Find shows what holds for an address: "100 shared by 198.51.100.0/24".
std::string Find(const NetworkLimits& limits, absl::string_view address) {
  const std::optional<NetworkLimits::Match> match =
      limits.Find(ParseClientAddress(address).value());
  if (!match) return "-";
  std::string shown =
      match->limit.unlimited ? std::string("unlimited") : absl::StrCat(match->limit.limit);
  absl::StrAppend(&shown, match->limit.shared ? " shared by " : " each in ");
  if (!match->prefix) return shown + "*";
  return absl::StrCat(shown, match->prefix->address.ToString(), "/", match->prefix->length);
}

TEST(NetworkLimitsSection2, HasTheTwoFormsOfALimit) {
  const NetworkLimits limits = Parse(
      "192.0.2.0/24: 100\n"
      "198.51.100.0/24: 500 shared\n"
      "203.0.113.0/24: 2.5   each\n"
      "\"2001:db8::/32\": unlimited\n"
      "*: 20\n");
  EXPECT_EQ(Find(limits, "192.0.2.7"), "100 each in 192.0.2.0/24");
  EXPECT_EQ(Find(limits, "198.51.100.7"), "500 shared by 198.51.100.0/24");
  EXPECT_EQ(Find(limits, "203.0.113.7"), "2.5 each in 203.0.113.0/24");
  EXPECT_EQ(Find(limits, "2001:db8::7"), "unlimited each in 2001:db8::/32");
  EXPECT_EQ(Find(limits, "8.8.8.8"), "20 each in *");
  EXPECT_EQ(Find(limits, "2001:db9::"), "20 each in *");
  EXPECT_EQ(limits.Size(), 4u);
  EXPECT_GT(limits.Bytes(), 4 * 32u);
}

TEST(NetworkLimitsSection2, HasTheLongestPrefixOrTheFirstOfTheFile) {
  const char text[] = "*: 1\n10.0.0.0/8: 2\n10.1.0.0/16: 3\n";
  EXPECT_EQ(Find(Parse(text), "10.1.2.3"), "3 each in 10.1.0.0/16");
  EXPECT_EQ(Find(Parse(text, PrefixOrder::kFirstMatch), "10.1.2.3"), "2 each in 10.0.0.0/8");
  EXPECT_EQ(Find(Parse(text, PrefixOrder::kFirstMatch), "11.1.2.3"), "1 each in *")
      << "* holds last, wherever it stands";
}

TEST(NetworkLimitsSection2, HasTheFirstOfLinesWithTheSameKey) {
  const NetworkLimits limits = Parse("10.0.0.0/8: 2\n10.0.0.0/8: 3\n*: 4\n*: 5\n");
  EXPECT_EQ(Find(limits, "10.1.2.3"), "2 each in 10.0.0.0/8");
  EXPECT_EQ(Find(limits, "11.1.2.3"), "4 each in *");
}

TEST(NetworkLimitsSection2, KnowsNothingOfWhatHasNoLine) {
  EXPECT_EQ(Find(Parse("10.0.0.0/8: 2\n"), "11.0.0.1"), "-");
  EXPECT_EQ(Find(NetworkLimits(), "11.0.0.1"), "-");
}

TEST(NetworkLimitsSection2, RefusesWhatIsNoLimitWithItsLine) {
  for (const absl::string_view value :
       {"", "x", "5 x", "5 shared each", "nan", "inf", "-5", "+5", "0x10", "5 / 1h", "shared",
        "5shared", ": 5", "5 # five", ".5"}) {
    const absl::Status status =
        NetworkLimits::Parse(absl::StrCat("10.0.0.0/8: 1\n10.1.0.0/16 : ", value, "\n"),
                             PrefixOrder::kLongest)
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << value;
    EXPECT_EQ(status.message(),
              absl::StrCat("line 2: the value \"", value,
                           "\" is no limit; write a number or unlimited, then nothing, each or "
                           "shared"));
  }
}

TEST(NetworkLimitsSection2, RefusesALimitThatIsOutOfRangeAndADefaultThatIsShared) {
  const absl::Status status =
      NetworkLimits::Parse("10.0.0.0/8: 1e16\n*: 5 shared\nx: 1\n", PrefixOrder::kLongest).status();
  EXPECT_EQ(status.message(),
            "line 1: limit is 1e+16; it has to be 0 (which refuses everything) to 1e+15\n"
            "line 2: * is no network, and cannot be shared; write 0.0.0.0/0 and \"::/0\"\n"
            "line 3: the key \"x\" is no address or prefix; write 192.0.2.1, 192.0.2.0/24 or "
            "2001:db8::/32");
}

TEST(NetworkLimitsSection1, TakesALimitOfZeroForANetworkThatIsRefused) {
  EXPECT_EQ(Find(Parse("10.0.0.0/8: 0\n"), "10.0.0.1"), "0 each in 10.0.0.0/8");
}

}  // namespace
}  // namespace postern
