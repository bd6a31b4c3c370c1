#include "server/core/revocation/crl_reason.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace postern {
namespace {

constexpr int kReasons = static_cast<int>(CrlReason::kTimesContradict) + 1;

TEST(CrlReason, HasANameOfItsOwnAndWordsUnlessThereIsNothingToSay) {
  std::set<std::string> names;
  std::set<std::string> details;
  for (int i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<CrlReason>(i);
    names.insert(NameOf(reason));
    details.insert(DetailOf(reason));
    EXPECT_EQ(std::string(DetailOf(reason)).empty(), reason == CrlReason::kNone);
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(kReasons));
  EXPECT_EQ(details.size(), static_cast<size_t>(kReasons));
}

}  // namespace
}  // namespace postern
