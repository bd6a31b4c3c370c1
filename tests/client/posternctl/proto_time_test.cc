#include "client/posternctl/proto_time.h"

#include "gtest/gtest.h"

namespace postern::posternctl {
namespace {

TEST(ToProto, KeepsSecondsAndNanoseconds) {
  const auto duration = ToProto(absl::Seconds(3) + absl::Nanoseconds(4));
  EXPECT_EQ(duration.seconds(), 3);
  EXPECT_EQ(duration.nanos(), 4);
  const auto time = ToProto(absl::FromUnixSeconds(5) + absl::Nanoseconds(999'999'999));
  EXPECT_EQ(time.seconds(), 5);
  EXPECT_EQ(time.nanos(), 999'999'999);
  const auto before = ToProto(absl::FromUnixSeconds(0) - absl::Nanoseconds(1));
  EXPECT_EQ(before.seconds(), -1);
  EXPECT_EQ(before.nanos(), 999'999'999);
}

}  // namespace
}  // namespace postern::posternctl
