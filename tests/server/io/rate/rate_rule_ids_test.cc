#include "server/io/rate/rate_rule_ids.h"

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/core/rate/rate_key.h"

namespace postern {
namespace {

TEST(RateRuleIds, GivesEachNameItsNumberForEver) {
  RateRuleIds ids;
  EXPECT_EQ(ids.Find("a"), std::nullopt);
  const RateRuleId a = ids.IdOf("a").value();
  const RateRuleId b = ids.IdOf("b").value();
  EXPECT_NE(a, b);
  EXPECT_NE(a, RateRuleId{}) << "0 is no rule";
  EXPECT_EQ(ids.IdOf("a").value(), a);
  EXPECT_EQ(ids.Find("b"), b);
  EXPECT_EQ(ids.NameOf(b), "b");
  EXPECT_EQ(ids.NameOf(RateRuleId{}), "");
  EXPECT_EQ(ids.NameOf(static_cast<RateRuleId>(3)), "");
}

TEST(RateRuleIds, SaysWhatToDoWhereThereAreTooManyNames) {
  RateRuleIds ids;
  for (size_t i = 0; i < RateRuleIds::kMaxNames; ++i) {
    EXPECT_TRUE(ids.IdOf(absl::StrCat("rule", i)).ok());
  }
  EXPECT_EQ(ids.IdOf("one more").status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(ids.IdOf("rule254").ok());
}

}  // namespace
}  // namespace postern
