#include "client/posternctl/text.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

TEST(Span, TellsOneUnit) {
  const struct {
    absl::Duration duration;
    const char* text;
  } kCases[] = {
      {absl::Seconds(-1), "0 s"},      {absl::Milliseconds(1999), "1 s"},
      {absl::Seconds(119), "119 s"},   {absl::Seconds(120), "2 min"},
      {absl::Minutes(119), "119 min"}, {absl::Hours(2), "2 h"},
      {absl::Hours(47), "47 h"},       {absl::Hours(48), "2 d"},
  };
  for (const auto& test : kCases) EXPECT_EQ(Span(test.duration), test.text);
}

TEST(When, TellsTheTimeRelativeToNow) {
  google::protobuf::Timestamp time;
  time.set_seconds(1000);
  EXPECT_EQ(When(time, absl::FromUnixSeconds(941)), "in 59 s");
  EXPECT_EQ(When(time, absl::FromUnixSeconds(1000)), "in 0 s");
  EXPECT_EQ(When(time, absl::FromUnixSeconds(1005)), "5 s ago");
}

TEST(Table, AlignsColumnsAndEndsNoLineInSpaces) {
  EXPECT_EQ(Table("> ", {{"a", "bb", ""}, {"ccc"}, {"d", "e", "f"}}),
            "> a    bb\n> ccc\n> d    e   f\n");
  EXPECT_EQ(Table("  ", {}), "");
}

}  // namespace
}  // namespace postern::posternctl
