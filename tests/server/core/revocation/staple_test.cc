#include "server/core/revocation/staple.h"

#include <set>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace postern {
namespace {

using Reason = StapleVerdict::Reason;

TEST(StapleVerdict, EveryReasonHasAWordOfItsOwn) {
  std::set<std::string> words;
  int reasons = 0;
  for (int i = 0; i <= static_cast<int>(Reason::kTimesContradict); ++i, ++reasons) {
    words.insert(NameOf(static_cast<Reason>(i)));
  }
  EXPECT_EQ(words.size(), static_cast<size_t>(reasons));
  EXPECT_EQ(words.count("NONE"), 1u);
}

TEST(StapleVerdict, HasTheWordsOfTheCommandLine) {
  EXPECT_STREQ(NameOf(StapleVerdict::Status::kGood), "GOOD");
  EXPECT_STREQ(NameOf(StapleVerdict::Status::kRevoked), "REVOKED");
  EXPECT_STREQ(NameOf(StapleVerdict::Status::kUnknown), "UNKNOWN");
  EXPECT_STREQ(NameOf(StapleVerdict::Status::kInvalid), "INVALID");
  EXPECT_STREQ(NameOf(Reason::kUnauthorizedSigner), "UNAUTHORIZED_SIGNER");
  EXPECT_STREQ(NameOf(StapleVerdict::Signer::kDelegate), "DELEGATE");
}

TEST(StapleVerdict, SaysNothingAtFirst) {
  const StapleVerdict verdict;
  EXPECT_EQ(verdict.status, StapleVerdict::Status::kInvalid);
  EXPECT_EQ(verdict.use_until, absl::InfinitePast());
}

}  // namespace
}  // namespace postern
