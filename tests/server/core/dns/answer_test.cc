#include "server/core/dns/answer.h"

#include "gtest/gtest.h"

namespace postern {
namespace {

TEST(RcodeName, NamesTheRegistrysAndNumbersTheRest) {
  EXPECT_EQ(RcodeName(0), "NOERROR");
  EXPECT_EQ(RcodeName(2), "SERVFAIL");
  EXPECT_EQ(RcodeName(3), "NXDOMAIN");
  EXPECT_EQ(RcodeName(4), "NOTIMP");
  EXPECT_EQ(RcodeName(5), "REFUSED");
  EXPECT_EQ(RcodeName(10), "NOTZONE");
  EXPECT_EQ(RcodeName(17), "RCODE17");
  EXPECT_EQ(RcodeName(-1), "RCODE-1");
}

TEST(RrTypeName, NamesEachType) {
  EXPECT_STREQ(RrTypeName(RrType::kMx), "MX");
  EXPECT_STREQ(RrTypeName(RrType::kTlsa), "TLSA");
  EXPECT_STREQ(RrTypeName(static_cast<RrType>(999)), "unknown type");
}

}  // namespace
}  // namespace postern
